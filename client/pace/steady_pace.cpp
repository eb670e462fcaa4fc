#include "client/pace/steady_pace.hpp"

#include <algorithm>
#include <chrono>

namespace pt::client {
namespace {

using namespace std::chrono_literals;

constexpr double default_start_rate = 4;
constexpr double min_rate = 1;
/// Of what passed, so that all passes.
constexpr double reduction = 0.8;
/// Before any loss and after.
constexpr double first_growth = 2;
constexpr double growth = 1.4;
/// Outcomes of control attempts that make a sample; more where it is not clear.
constexpr std::size_t sample_size = 8;
constexpr std::size_t long_sample_size = 16;
/// Where some are lost at any rate, so many have to pass.
constexpr double answers_in_sample = 8;
constexpr std::size_t max_sample_size = 64;
constexpr double much_loss = 0.25;
constexpr double little_loss = 0.13;
constexpr std::size_t min_lost = 3;
/// The same beyond what is usually lost: where eight attempts should pass, fewer than four do by
/// chance in 1 of 25 cases.
constexpr double much_more_loss = 0.5;
constexpr double little_more_loss = 0.25;
/// At a rate that is so much lower, a policer drops less than that share of what it did.
constexpr double slower = 0.8;
constexpr double not_helped = 0.8;
constexpr double fast_factor = 4;
constexpr double min_fast_rate = 100;
constexpr double min_second_rate = 20;
constexpr double max_usual_loss = 0.95;

}  // namespace

SteadyPace::SteadyPace(const RateSample& before, double max_rate, TimePoint now)
    : rate_{default_start_rate}, max_rate_{std::max(max_rate, min_rate)}, changed_{now} {
    const bool enough = before.all() >= sample_size;
    if (before.answered > 0) {
        const double share = 1 - before.loss();
        rate_ = before.rate * share * (share > 1 - little_loss ? 1 : reduction);
    }
    if (enough) {
        proof_.add(before);
        testing_ = before.loss() > little_loss;
    }
    if (before.lost >= min_lost && before.loss() > much_loss) {
        last_lossy_ = before;
    }
    rate_ = std::clamp(rate_, std::min(default_start_rate, max_rate_), max_rate_);
}

void SteadyPace::note_control(TimePoint sent, bool answered, TimePoint now) {
    if (sent < changed_) {
        return;
    }
    now_.rate = rate_;
    ++(answered ? now_.answered : now_.lost);
    if (now_.all() < enough()) {
        return;
    }
    switch (judge(now_)) {
        case Judgement::unclear: return;
        case Judgement::clean: speed_up(); break;
        case Judgement::between: testing_ = false; break;
        case Judgement::lossy: slow_down(now_); break;
    }
    proof_.add(now_);
    changed_ = rate_ == now_.rate ? changed_ : now;
    now_ = {};
}

std::size_t SteadyPace::enough() const {
    const auto size = static_cast<std::size_t>(answers_in_sample / (1 - usual_loss_));
    return std::clamp(size, sample_size, max_sample_size);
}

/// Of what passes at any rate at all.
double SteadyPace::passed_share(const RateSample& sample) const {
    return std::min((1 - sample.loss()) / (1 - usual_loss_), 1.0);
}

SteadyPace::Judgement SteadyPace::judge(const RateSample& sample) const {
    const double lost = 1 - passed_share(sample);
    const bool is_long = sample.all() >= long_sample_size;
    if (usual_loss_ > 0) {
        return lost > much_more_loss     ? Judgement::lossy
               : lost > little_more_loss ? Judgement::between
                                         : Judgement::clean;
    }
    if (lost > (is_long ? little_loss : much_loss)) {
        return Judgement::lossy;
    }
    return lost > little_loss ? Judgement::unclear : Judgement::clean;
}

void SteadyPace::speed_up() {
    last_lossy_.reset();
    testing_ = false;
    rate_ = next_rate();
}

/// Until some were lost, it grows fast.
double SteadyPace::next_rate() const {
    return std::min(rate_ * (ever_lossy_ ? growth : first_growth), max_rate_);
}

void SteadyPace::slow_down(const RateSample& sample) {
    ever_lossy_ = true;
    if (usual_loss_ > 0 && testing_) {
        return_to_slow();
        return;
    }
    const bool unmatched = last_lossy_ && sample.rate <= last_lossy_->rate * slower &&
                           sample.loss() > last_lossy_->loss() * not_helped;
    if ((unmatched || rate_ <= min_rate) && sample.answered > 0) {
        try_fast(sample);
        return;
    }
    go_down_from(sample);
}

void SteadyPace::go_down_from(const RateSample& sample) {
    last_lossy_ = sample;
    // Where nothing passes, going slower would only make it take longer to know that.
    rate_ = sample.answered == 0
                ? std::max(sample.rate / 2, std::min(sample.rate, default_start_rate))
                : std::max(sample.rate * passed_share(sample) * reduction, min_rate);
}

/// As much was lost as before at a greater rate: so it may be at any.
void SteadyPace::try_fast(const RateSample& slow) {
    const double fastest = last_lossy_ ? std::max(last_lossy_->rate, slow.rate) : slow.rate;
    const double fast = was_wrong_ ? std::max(slow.rate * first_growth, min_second_rate)
                                   : std::max(fastest * fast_factor, min_fast_rate);
    RateSample both = slow;  // they tell of the same loss
    if (last_lossy_) {
        both.answered += last_lossy_->answered;
        both.lost += last_lossy_->lost;
    }
    usual_loss_ = std::min(both.loss(), max_usual_loss);
    slow_ = slow;
    rate_ = std::min(fast, max_rate_);
    last_lossy_.reset();
    ever_lossy_ = false;
    testing_ = true;
}

/// Much more was lost when it went faster: the rate is what matters.
void SteadyPace::return_to_slow() {
    was_wrong_ = true;
    usual_loss_ = 0;
    go_down_from(slow_);
}

}  // namespace pt::client
