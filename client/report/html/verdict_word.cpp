#include "client/report/html/verdict_word.hpp"

#include <algorithm>

#include "client/report/html/html_text.hpp"

namespace pt::client {

std::string marked_word(std::string_view word) {
    std::string name{word};
    std::replace(name.begin(), name.end(), ' ', '-');
    return "<span class=\"mark is-" + html(name) + "\">" + html(word) + "</span>";
}

std::string marked_word(Verdict verdict) { return marked_word(to_string(verdict)); }

}  // namespace pt::client
