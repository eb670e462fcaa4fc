#pragma once

#include <vector>

#include "client/conclude/known_server.hpp"
#include "client/result/result.hpp"
#include "client/scan/inquiry_outcome.hpp"

/// A server's manifest: asked in stretches, put together again. Pure.
namespace pt::client {

/// Inquiries for every port of both protocols.
std::vector<Inquiry> manifest_inquiries();

/// Only what the server was asked to hold; neighbours with the same state share a stretch.
Manifest read_manifest(const KnownServer& server, const InquiryOutcome& outcome);

}  // namespace pt::client
