#include "common/options/port_spec_chapter.hpp"

namespace pt {

const Chapter& port_spec_chapter() {
    static const Chapter chapter{
        .title = "Port specs",
        .text =
            "TCP 53 and UDP 53 are two ports. With the name of a service that both protocols carry "
            "(domain, https) a note names the other one. A service name that means several ports "
            "is refused.",
        .rows =
            {{"tcp/443, 443/tcp", "one TCP port"},
             {"443, https",
              "a bare number or name is TCP; a name of a service that only UDP carries (ntp, snmp, "
              "tftp, syslog, radius) is UDP"},
             {"udp/53, udp/domain", "one UDP port"},
             {"any/53", "TCP 53 and UDP 53"},
             {"tcp/22,80,8000-8100", "lists and ranges"},
             {"tcp/all", "every TCP port; likewise udp/all and any/all"}},
        .in_help = false};
    return chapter;
}

}  // namespace pt
