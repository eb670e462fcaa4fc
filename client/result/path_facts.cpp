#include "client/result/path_facts.hpp"

namespace pt::client {
namespace {

SocketAddress without_zone(const SocketAddress& end) {
    return {IpAddress{end.address.bytes()}, end.port};
}

std::optional<SocketAddress> if_other(const SocketAddress& seen, const SocketAddress& sent) {
    return without_zone(seen) == without_zone(sent) ? std::nullopt : std::optional{seen};
}

}  // namespace

std::optional<SocketAddress> known_end(const std::optional<SocketAddress>& local) {
    const bool is_known = local && !local->address.is_unspecified() && local->port != Port{0};
    return is_known ? local : std::nullopt;
}

std::optional<SocketAddress> rewritten_source(const Result& result) {
    const auto local = known_end(result.local);
    return result.seen && local ? if_other(result.seen->source, *local) : std::nullopt;
}

std::optional<SocketAddress> rewritten_destination(const Result& result) {
    return is_destination_known(result)
               ? if_other(result.seen->destination, result.endpoint.socket_address())
               : std::nullopt;
}

bool is_destination_known(const Result& result) {
    return result.seen && !result.seen->destination.address.is_unspecified();
}

Sender error_sender(const Result& result) {
    if (!result.conclusion.by) {
        return Sender::unknown;
    }
    if (result.conclusion.by->bytes() == result.endpoint.address.bytes()) {
        return Sender::target;
    }
    const bool is_ours =
        result.local && result.conclusion.by->bytes() == result.local->address.bytes();
    return is_ours ? Sender::this_host : Sender::device;
}

}  // namespace pt::client
