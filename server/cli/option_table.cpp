#include "server/cli/option_table.hpp"

#include <algorithm>
#include <array>

#include "common/core/safe_text.hpp"
#include "common/core/similar_word.hpp"
#include "server/cli/apply_option.hpp"

namespace pt::server {
namespace {

constexpr std::array<std::string_view, 6> log_levels{"trace", "debug", "info",
                                                     "warn",  "error", "off"};
constexpr std::array<std::string_view, 2> log_formats{"text", "json"};

/// --help and --version: whoever reads the command line looks for them first.
std::string nothing(Settings&, const std::string&) { return ""; }

constexpr std::array definitions{
    Definition<Settings>{{.name = "listen",
                          .value = "SPEC",
                          .section = "Ports",
                          .help = "listen on these ports; may be repeated",
                          .repeatable = true,
                          .place = Place::config_file},
                         apply::spec},
    Definition<Settings>{
        {.name = "all",
         .section = "Ports",
         .help = "listen on every port of both protocols, like tcp/all udp/all; with CAP_BPF, "
                 "CAP_NET_ADMIN and CAP_NET_RAW (as root) through a few sockets that never take "
                 "over a port that another program uses, now or later; without them through one "
                 "socket per port, except the ephemeral range",
         .place = Place::both},
        apply::all},
    Definition<Settings>{{.name = "except",
                          .value = "SPEC",
                          .section = "Ports",
                          .help = "do not listen on these ports; may be repeated",
                          .repeatable = true,
                          .place = Place::both},
                         apply::except},
    Definition<Settings>{
        {.name = "bind",
         .value = "ADDRESS",
         .section = "Ports",
         .help = "listen on this address only; may be repeated (all, IPv4 and IPv6)",
         .repeatable = true,
         .place = Place::both},
        apply::bind},
    Definition<Settings>{
        {.name = "config",
         .value = "FILE",
         .section = "Ports",
         .help = "read more settings from a file: lines of \"name = value\" with the names of "
                 "these options, and \"listen = SPEC\" for ports; the command line takes "
                 "precedence, ports are added",
         .kind = ValueKind::file},
        apply::config},
    Definition<Settings>{{.name = "strict",
                          .section = "Ports",
                          .help = "exit with status 1 if any port cannot be bound",
                          .place = Place::both},
                         apply::strict},

    Definition<Settings>{
        {.name = "max-connections",
         .value = "N",
         .section = "Service",
         .help = "accept up to N TCP connections at once (as many as the descriptors allow); "
                 "beyond that close the oldest one that has delivered nothing",
         .place = Place::both},
        apply::max_connections},
    Definition<Settings>{{.name = "threads",
                          .value = "N",
                          .section = "Service",
                          .help = "use N threads, each with its own socket on every port (1)",
                          .place = Place::both},
                         apply::threads},
    Definition<Settings>{
        {.name = "user",
         .value = "USER",
         .section = "Service",
         .help = "run as USER, a name or a number, once all ports are open (started as root: "
                 "pt-server, if there is such a user, or nobody, unless that one cannot use the "
                 "files that were named; else the user who starts it)",
         .place = Place::both},
        apply::user},
    Definition<Settings>{
        {.name = "journal-file",
         .value = "FILE",
         .section = "Service",
         .help = "also write what arrives to FILE, at most two seconds later, for pt-client "
                 "--journal FILE: shows in which direction packets were lost if no port is open "
                 "to ask over; readable by this user only",
         .kind = ValueKind::file,
         .place = Place::both},
        apply::journal_file},
    Definition<Settings>{
        {.name = "keys",
         .value = "FILE",
         .section = "Service",
         .help = "answer only pt-client --key with one of the keys in FILE, which pt-client keygen "
                 "makes; nobody on the path can then forge an echo or a record. SIGHUP reads FILE "
                 "again",
         .kind = ValueKind::file,
         .place = Place::both},
        apply::keys},

    Definition<Settings>{
        {.name = "ready-fd",
         .value = "N",
         .section = "Readiness",
         .help = "write \"ready\" and a newline to descriptor N and close it, once all sockets "
                 "are open (as s6 does)"},
        apply::ready_fd},
    Definition<Settings>{
        {.name = "ready-file",
         .value = "FILE",
         .section = "Readiness",
         .help = "create FILE once all sockets are open; remove it when the server stops",
         .kind = ValueKind::file,
         .place = Place::both},
        apply::ready_file},

    Definition<Settings>{{.name = "log-level",
                          .value = "LEVEL",
                          .section = "Output",
                          .help = "log at trace, debug, info, warn, error or off (info)",
                          .kind = ValueKind::word,
                          .words = log_levels,
                          .place = Place::both},
                         apply::log_level},
    Definition<Settings>{{.name = "log-format",
                          .value = "FORMAT",
                          .section = "Output",
                          .help = "log as text or json, one line per event (text)",
                          .kind = ValueKind::word,
                          .words = log_formats,
                          .place = Place::both},
                         apply::log_format},
    Definition<Settings>{
        {.name = "help", .letter = 'h', .section = "Output", .help = "print this text"}, nothing},
    Definition<Settings>{
        {.name = "version", .letter = 'V', .section = "Output", .help = "print the version"},
        nothing},
};

}  // namespace

std::span<const Definition<Settings>> option_table() { return definitions; }

std::string apply_option(Settings& settings, std::string_view name, const std::string& value) {
    const auto* const found =
        std::find_if(definitions.begin(), definitions.end(),
                     [&](const auto& definition) { return definition.option.name == name; });
    const auto complaint = found->apply(settings, value);
    return complaint.empty() ? ""
                             : std::string{name} + ' ' + quote_word(value) + ": " + complaint +
                                   did_you_mean(value, found->option.words);
}

}  // namespace pt::server
