#include "client/saved/saved_journal.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <utility>

#include "client/options/read_file.hpp"
#include "common/core/safe_text.hpp"

namespace pt::client {
namespace {

/// The server leaves sessions out beyond 16 MiB.
constexpr std::size_t max_file = std::size_t{32} << 20U;
constexpr const char* expected_file =
    "; expected a journal file written by pt-server --journal-file FILE, or a copy of it";

}  // namespace

/// A complaint, or "".
std::string SavedJournal::read_line(std::string_view text, bool first) {
    if (first) {
        auto header = parse_journal_header(text);
        if (!header) {
            return header.error().reason;
        }
        header_ = std::move(*header);
        return "";
    }
    auto session = parse_journal_session(text);
    if (!session) {
        return session.error().reason;
    }
    const std::uint64_t id = session->session;
    sessions_.insert_or_assign(id, std::move(*session));
    return "";
}

Expected<SavedJournal> SavedJournal::read(std::istream& file, const std::string& name) {
    std::string text;
    std::array<char, 65536> piece{};
    while (text.size() <= max_file && (file.read(piece.data(), piece.size()), file.gcount() > 0)) {
        text.append(piece.data(), static_cast<std::size_t>(file.gcount()));
    }
    if (text.size() > max_file) {
        return UsageError{safe_text(name) + ": longer than " + std::to_string(max_file) + " bytes"};
    }
    if (text.empty()) {
        return UsageError{safe_text(name) + ": is empty"};
    }
    SavedJournal journal;
    std::string_view rest{text};
    for (std::size_t number = 1; !rest.empty(); ++number) {
        const auto end = std::min(rest.find('\n'), rest.size());
        const auto complaint = journal.read_line(rest.substr(0, end), number == 1);
        if (!complaint.empty()) {
            return UsageError{safe_text(name) + " line " + std::to_string(number) + ": " +
                              complaint};
        }
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return journal;
}

Expected<SavedJournal> SavedJournal::read(const Options& options) {
    if (!options.journal_file) {
        return SavedJournal{};
    }
    std::ifstream file;
    if (const auto failure = open_to_read(file, *options.journal_file); !failure.empty()) {
        return UsageError{"--journal " + quote_word(*options.journal_file) +
                          " cannot be read: " + failure + expected_file};
    }
    auto journal = read(file, *options.journal_file);
    if (!journal) {
        return UsageError{"--journal " + journal.error().message + expected_file};
    }
    return journal;
}

const JournalSession* SavedJournal::find(std::uint64_t session) const {
    const auto found = sessions_.find(session);
    return found == sessions_.end() ? nullptr : &found->second;
}

bool SavedJournal::stalled(std::uint64_t session) const {
    const JournalSession* const found = find(session);
    return found != nullptr && found->stalled;
}

bool SavedJournal::came_to(std::uint64_t session, const IpAddress& address) const {
    const JournalSession* const found = find(session);
    return found != nullptr && !found->destinations.empty() &&
           std::all_of(found->destinations.begin(), found->destinations.end(),
                       [&](const IpAddress& one) { return one.bytes() == address.bytes(); });
}

bool SavedJournal::is_held(const JournalSession& session, Protocol protocol, Port port) const {
    const auto holds = [&](const IpAddress& address) {
        const auto of_address = header_.held.find(IpAddress{address.bytes()});
        return of_address != header_.held.end() && of_address->second.contains(protocol, port);
    };
    return std::any_of(
        session.destinations.begin(), session.destinations.end(), [&](const IpAddress& address) {
            return holds(address) ||
                   holds(address.is_v4() ? IpAddress{IpAddress::V4Bytes{}} : IpAddress{});
        });
}

PortRecord SavedJournal::find(std::uint64_t session, Protocol protocol, Port port) const {
    PortRecord record;
    const JournalSession* const found = find(session);
    if (found == nullptr) {
        record.incomplete = true;
        return record;
    }
    record.listening = is_held(*found, protocol, port);
    record.frame = found->arrived.contains(protocol, port);
    record.late = record.frame && found->late.contains(protocol, port);
    record.established = found->established.contains(protocol, port);
    record.attempt = found->attempt.contains(protocol, port);
    record.marked = found->marked.contains(protocol, port);
    record.reset = found->reset.contains(protocol, port);
    record.other = found->other.contains(protocol, port);
    record.incomplete = !record.listening || found->incomplete.contains(protocol, port);
    record.deaf = found->deaf.contains(protocol, port);
    return record;
}

bool SavedJournal::may_have_strays(std::uint64_t session) const {
    const JournalSession* const found = find(session);
    return found != nullptr && (found->strays || !found->beside.empty());
}

PortSet SavedJournal::without_frame(std::uint64_t session) const {
    PortSet ports;
    if (const JournalSession* const found = find(session)) {
        ports = found->attempt;
        ports.insert(found->established);
        ports.erase(found->arrived);
        ports.erase(found->marked);
    }
    return ports;
}

}  // namespace pt::client
