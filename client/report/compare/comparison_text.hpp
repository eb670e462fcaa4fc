#pragma once

#include <optional>
#include <string>

#include "client/compare/changes.hpp"

/// Words that the reports of a comparison share. Printable ASCII.
namespace pt::client {

/// "Newly open".
std::string heading_of(ChangeKind kind);

/// "db.example (10.0.0.5)".
std::string place_text(const Change& change);

/// "tcp/80-90".
std::string ports_text(const Change& change);

/// "https", or "-".
std::string service_text(const Change& change);

/// "before -> after", or one word where both are equal.
std::string arrow(const std::string& before, const std::string& after);
std::string verdict_word(const std::optional<Side>& side);
std::string verdicts_text(const Change& change);
std::string evidence_text(const Change& change);

/// "8 ports compared: 1 newly open, 2 changed".
std::string summary_text(const Comparison& comparison);

}  // namespace pt::client
