#include "common/version/version_text.hpp"

#include "common/version/version.hpp"

namespace pt {

std::string version_text(std::string_view program, std::string_view features) {
    std::string text{program};
    text.append(" ").append(version());
    text.append("\ncommit: ").append(commit()).append(", ").append(source_date());
    return text.append("\nfeatures: ").append(features).append("\n");
}

}  // namespace pt
