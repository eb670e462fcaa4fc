#pragma once

#include "client/pace/scan_work.hpp"

namespace pt::client {

/// How long the ports with the most bad luck will wait for frames of --count that are lost, in
/// seconds, where each of `not_begun` ports is to have all its further frames, and `loss` is the
/// share of frames that are lost: as likely less as more. Pure.
double seconds_of_losses(const FramesLeft& left, double not_begun, std::uint32_t further_frames,
                         double loss);

}  // namespace pt::client
