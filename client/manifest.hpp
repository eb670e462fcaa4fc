#pragma once

#include <vector>

#include "client/inquiry_outcome.hpp"
#include "client/known_server.hpp"
#include "client/result.hpp"

/// A server's manifest: asked in stretches, put together again. Pure.
namespace pt::client {

/// Inquiries for every port of both protocols.
std::vector<Inquiry> manifest_inquiries();

/// Only what the server was asked to hold; neighbours with the same state share a stretch.
Manifest read_manifest(const KnownServer& server, const InquiryOutcome& outcome);

}  // namespace pt::client
