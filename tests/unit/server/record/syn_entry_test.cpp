#include "server/record/syn_entry.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace pt::server {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint start{1h};
constexpr ScanTime scan{{start, start + 1s}, start + 60s};
constexpr SourceKey ours = 0x0000000100000001;
constexpr SourceKey ours_too = 0x0000000200000001;
constexpr SourceKey others = 0x0000000300000001;
const std::vector<SourceKey> sources{ours, ours_too};

std::uint64_t at(Nanoseconds since_start) {
    return static_cast<std::uint64_t>((start + since_start).time_since_epoch().count());
}

SynEntry entry(std::initializer_list<SynEntry::Source> from, std::uint64_t displaced = 0) {
    SynEntry entry;
    std::size_t place = 0;
    for (const auto& source : from) {
        entry.sources.at(place++) = source;
        entry.last = std::max(entry.last, source.last);
    }
    entry.displaced = displaced;
    entry.last = std::max(entry.last, displaced);
    return entry;
}

Attribution found(const SynEntry& entry) { return attribute(entry, sources, {}, scan); }

TEST(SynEntry, NothingCameWhereNothingIsRecordedSinceTheScanBegan) {
    EXPECT_EQ(found(SynEntry{}), Attribution{});
    EXPECT_EQ(found(entry({{ours, at(-1ns)}, {others, at(-1h)}}, at(-1s))), Attribution{});
}

TEST(SynEntry, WhatCameFromASourceOfTheScanIsItsOwn) {
    EXPECT_EQ(found(entry({{others, at(-1h)}, {ours_too, at(2s)}})), (Attribution{.ours = true}));
    EXPECT_EQ(found(entry({{ours, at(2s)}, {others, at(2s)}})), (Attribution{true, true}));
}

TEST(SynEntry, AllElseMayBeAnybodys) {
    const Attribution other{.other = true};
    EXPECT_EQ(found(entry({{others, at(2s)}})), other);
    EXPECT_EQ(found(entry({{ours, at(500ms)}})), other) << "before or in the scan";
    EXPECT_EQ(found(entry({{ours, at(61s)}})), other) << "after it";
    EXPECT_EQ(found(entry({{others, at(-1h)}}, at(0s))), other) << "had to make room";
    ScanTime shared = scan;
    shared.shared = true;
    EXPECT_EQ(attribute(entry({{ours, at(2s)}}), sources, {}, shared), other);
}

TEST(SynEntry, WhatIsKnownToBeAnotherSessionsDoesNotCount) {
    const std::vector<SourceKey> ignored{others};
    const auto without = [&](const SynEntry& one) {
        return attribute(one, sources, ignored, scan);
    };
    EXPECT_EQ(without(entry({{others, at(2s)}})), Attribution{});
    EXPECT_EQ(without(entry({{others, at(2s)}, {ours, at(2s)}})), (Attribution{.ours = true}));
    EXPECT_EQ(without(entry({{others, at(2s)}, {ours + 7, at(2s)}})), (Attribution{.other = true}));
}

TEST(SynEntry, WhatTwoProcessorsWroteAtOnceIsNotLost) {
    SynEntry mixed;
    mixed.last = at(2s);  // of a source whose place another one took
    mixed.sources[0] = {others, at(-1h)};
    EXPECT_EQ(found(mixed), (Attribution{.other = true}));
}

TEST(SynEntry, FindsWhatAPeerSentToOtherAddressesToo) {
    constexpr SourceKey elsewhere = 0x0000000100000009;
    const SynEntry one = entry({{elsewhere, at(2s)}}, at(-1s));
    EXPECT_FALSE(has_from(one, sources, KeyMatch::source, start));
    EXPECT_TRUE(has_from(one, sources, KeyMatch::peer, start));
    EXPECT_FALSE(has_from(one, sources, KeyMatch::peer, start + 3s));
    EXPECT_FALSE(has_from(SynEntry{}, sources, KeyMatch::peer, TimePoint{}));
    EXPECT_FALSE(has_from(one, sources, KeyMatch::local, start));
    EXPECT_TRUE(has_from(one, sources, KeyMatch::either, start));
    EXPECT_TRUE(has_any(one, start));
    EXPECT_FALSE(has_any(SynEntry{}, TimePoint{}));
    EXPECT_FALSE(has_displaced(one, start));
    EXPECT_TRUE(has_displaced(one, start - 2s));
    EXPECT_EQ(last_of(one), start + 2s);
}

TEST(SynEntry, MarksTellWhereAllOfASourcesSynsWereSentTo) {
    constexpr std::uint64_t odd = SynEntry::odd_mark;
    constexpr std::uint64_t both = odd | SynEntry::even_mark;
    constexpr std::uint64_t mixed = both | SynEntry::unmarked;
    const auto marks = [](const SynEntry& one, TimePoint since = start) {
        const SynMarks found = marks_from(one, sources, KeyMatch::source, since);
        return std::vector{found.found, found.all, found.both};
    };
    // A multiple of 8 ns, as the kernel's side writes them.
    const std::uint64_t time = at(2s) & ~std::uint64_t{7};
    using Found = std::vector<bool>;
    EXPECT_EQ(marks(SynEntry{}), (Found{false, false, false}));
    EXPECT_EQ(marks(entry({{ours, time | both}})), (Found{true, true, true}));
    EXPECT_EQ(marks(entry({{ours, time | odd}})), (Found{true, true, false}))
        << "another port may have it too";
    EXPECT_EQ(marks(entry({{ours, time | mixed}})), (Found{true, false, false}));
    EXPECT_EQ(marks(entry({{ours, time | SynEntry::unmarked}})), (Found{true, false, false}));
    EXPECT_EQ(marks(entry({{ours, time | both}, {ours_too, time | odd}})),
              (Found{true, true, false}));
    EXPECT_EQ(marks(entry({{ours, time | both}, {others, time | SynEntry::unmarked}})),
              (Found{true, true, true}));
    EXPECT_EQ(marks(entry({{ours, time | both}}), start + 3s), (Found{false, false, false}));
    EXPECT_EQ(marks(entry({{ours, time | both}}, at(1s))), (Found{true, false, false}))
        << "one that had to make room may have had none";
}

}  // namespace
}  // namespace pt::server
