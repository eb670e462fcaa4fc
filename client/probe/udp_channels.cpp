#include "client/probe/udp_channels.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace pt::client {

UdpChannel* UdpChannels::open(std::size_t place, std::error_code& error) {
    auto& channel = channels_[place];
    if (!channel) {
        auto opened = std::make_unique<UdpChannel>(context_, owner_);
        // The first one is the kernel's choice, as any other program's port is.
        const auto port =
            place == 0 ? std::nullopt : spread_.draw(static_cast<unsigned>(place) + 1);
        error = opened->open(family_, source_, port);
        if (error) {
            return nullptr;
        }
        channel = std::move(opened);
    }
    return channel.get();
}

UdpChannel* UdpChannels::for_attempt(unsigned attempt, std::error_code& error) {
    // The first retry repeats the first flow: what is lost by chance passes then, and what is lost
    // again tells of the flow.
    const unsigned flow = attempt < 3 ? 0 : attempt - 2;
    const std::size_t place = one_flow_ ? 0 : flow % channels_.size();
    if (UdpChannel* channel = open(place, error)) {
        return channel;
    }
    // Without descriptors for all of them, those that are open must do.
    error.clear();
    return open(0, error);
}

UdpChannel* UdpChannels::with_port(Port port) const {
    const auto found = std::find_if(channels_.begin(), channels_.end(),
                                    [port](const auto& one) { return one && one->port() == port; });
    return found == channels_.end() ? nullptr : found->get();
}

std::vector<Port> UdpChannels::ports() const {
    std::vector<Port> ports;
    for (const auto& channel : channels_) {
        if (channel) {
            ports.push_back(channel->port());
        }
    }
    return ports;
}

int UdpChannels::failure_of_all(Slot slot, std::size_t datagrams) const {
    std::size_t waiting = 0;
    int failure = 0;
    for (const auto& channel : channels_) {
        if (channel && channel->send_failure() != 0) {
            waiting += channel->count_waiting(slot);
            failure = channel->send_failure();
        }
    }
    return waiting >= datagrams ? failure : 0;
}

void UdpChannels::flush() {
    for (const auto& channel : channels_) {
        if (channel) {
            channel->flush();
        }
    }
}

void UdpChannels::close() {
    for (const auto& channel : channels_) {
        if (channel) {
            channel->close();
        }
    }
}

std::vector<std::unique_ptr<UdpChannel>> UdpChannels::take_all() {
    close();
    std::vector<std::unique_ptr<UdpChannel>> all;
    for (auto& channel : channels_) {
        all.push_back(std::move(channel));
    }
    return all;
}

}  // namespace pt::client
