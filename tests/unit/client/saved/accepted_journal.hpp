#pragma once

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <utility>

#include "client/saved/saved_journal.hpp"

namespace pt::client {

/// The journal of that text, which must be one.
inline SavedJournal accepted_journal(const std::string& text) {
    std::istringstream file{text};
    auto journal = SavedJournal::read(file, "journal");
    if (!journal) {
        ADD_FAILURE() << journal.error().message;
        return {};
    }
    return *std::move(journal);
}

}  // namespace pt::client
