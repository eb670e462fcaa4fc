#include "client/steady_pace.hpp"

#include <algorithm>

namespace pt::client {
namespace {

constexpr double min_rate = 1;
constexpr double reduction = 0.7;
constexpr double growth = 1.25;
/// Outcomes of control attempts that make a window.
constexpr std::size_t window = 6;
constexpr double much_loss = 0.25;
constexpr double little_loss = 0.1;
/// Less loss than this share of what it was: going slower helped.
constexpr double helped = 0.7;
/// Three reductions make a third of the rate. A policer that is overrun tenfold loses nine of ten
/// before and seven of ten after, which counts as help.
constexpr int vain_reductions_believed = 3;
/// Half of all packets lost by chance leave two windows without loss in one of 4,000 cases.
constexpr int min_clean_windows = 2;

}  // namespace

SteadyPace::SteadyPace(double start_rate, double max_rate)
    : rate_{std::clamp(start_rate, min_rate, std::max(max_rate, min_rate))},
      max_rate_{std::max(max_rate, min_rate)},
      start_rate_{rate_} {}

void SteadyPace::note_control(bool answered) {
    ++(answered ? controls_answered_ : controls_lost_);
    if (controls_answered_ + controls_lost_ >= window) {
        judge();
    }
}

void SteadyPace::judge() {
    const auto lost = static_cast<double>(controls_lost_);
    const double loss = lost / static_cast<double>(controls_answered_ + controls_lost_);
    if (loss > much_loss && !by_chance_) {
        ++lossy_windows_;
        vain_reductions_ =
            loss_before_ > 0 && loss > helped * loss_before_ ? vain_reductions_ + 1 : 0;
        if (vain_reductions_ >= vain_reductions_believed && controls_answered_ > 0) {
            by_chance_ = true;
            rate_ = start_rate_;
        } else {
            loss_before_ = loss;
            rate_ = std::max(rate_ * reduction, min_rate);
        }
    } else if (loss <= little_loss) {
        ++clean_windows_;
        clean_rate_ = std::max(clean_rate_, rate_);
        loss_before_ = 0;
        vain_reductions_ = 0;
        rate_ = std::min(rate_ * growth, max_rate_);
    }
    controls_answered_ = 0;
    controls_lost_ = 0;
}

std::optional<double> SteadyPace::limit() const {
    const bool clean = clean_windows_ >= min_clean_windows && clean_windows_ >= lossy_windows_;
    return clean && !by_chance_ ? std::optional{clean_rate_} : std::nullopt;
}

}  // namespace pt::client
