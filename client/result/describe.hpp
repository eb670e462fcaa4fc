#pragma once

#include <string>

#include "client/result/result.hpp"

/// Results in words for people. Pure; printable ASCII, whatever a result holds.
namespace pt::client {

/// What the verdict rests on: "rejected by 10.77.1.1: ICMP administratively prohibited".
/// It names no number of attempts where that is 0.
std::string describe(const Result& result);

/// "filtered (forward)": the verdict, and the direction where it is known.
std::string conclusion_text(const Conclusion& conclusion);

/// Why an `untested: local-error` could not be tested; "" for every other result.
std::string local_reason(const Result& result);

/// The name of the host could not be resolved.
bool is_unresolved(const Result& result);

/// "administratively prohibited": an ICMP error in the words of RFC 792, or of RFC 4443.
std::string icmp_text(IcmpMeaning meaning, bool v6);

/// "tcp/443".
std::string port_text(const Endpoint& endpoint);

}  // namespace pt::client
