#include "client/cli/former_options.hpp"

#include <array>
#include <string_view>

namespace pt::client {
namespace {

struct FormerOption {
    std::string_view name;
    std::string_view remedy;
};

constexpr std::array<FormerOption, 3> former_options{
    {{"--wait", "a command now: pt-client wait --for 60s TARGET..."},
     {"--wait-for", "an option of a command now: pt-client wait --until open TARGET..."},
     {"--list", "a command now: pt-client list HOST [SPEC...]"}}};

}  // namespace

std::string former_option_complaint(std::span<const char* const> words) {
    for (const std::string_view word : words) {
        if (word == "--") {
            break;
        }
        const auto name = word.substr(0, word.find('='));
        for (const auto& former : former_options) {
            if (name == former.name) {
                return std::string{former.name} + " is " + std::string{former.remedy};
            }
        }
    }
    return "";
}

}  // namespace pt::client
