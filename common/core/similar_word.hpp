#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

/// Which known word a mistyped one was meant to be. Pure; letters of either case are the same.
namespace pt {

/// How many letters are to be added, left out, changed or swapped with their neighbour to make one
/// word of the other (optimal string alignment distance). Takes O(|a| |b|) steps.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The known word nearest to `word`: one slip away, or two where it has more than five letters; or
/// else the only one that begins with it ("conc" for "concurrency"). "" where there is none, or it
/// is `word` itself.
std::string_view similar_word(std::string_view word, std::span<const std::string_view> known);

/// `; did you mean "json"?`; "" where no known word is similar.
std::string did_you_mean(std::string_view word, std::span<const std::string_view> known);

}  // namespace pt
