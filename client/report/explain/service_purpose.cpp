#include "client/report/explain/service_purpose.hpp"

#include <algorithm>
#include <array>

namespace pt::client {
namespace {

struct Purpose {
    std::string_view name;
    std::string_view text;
};

constexpr std::array purposes{
    Purpose{"amqp", "passes messages between programs through a broker, such as RabbitMQ"},
    Purpose{"bgp", "exchanges routes between the routers of networks"},
    Purpose{"bootpc", "where a host receives its address by DHCP"},
    Purpose{"bootps", "gives hosts their addresses (DHCP server)"},
    Purpose{"dhcpv6-client", "where a host receives its IPv6 address by DHCPv6"},
    Purpose{"dhcpv6-server", "gives hosts their IPv6 addresses (DHCPv6 server)"},
    Purpose{"docker", "controls Docker, without encryption"},
    Purpose{"domain", "answers which addresses a name has (DNS)"},
    Purpose{"domain-s", "DNS with encryption (DNS over TLS)"},
    Purpose{"epmap", "tells Windows programs which port a remote service uses (RPC)"},
    Purpose{"etcd-client", "stores the configuration of clusters, such as Kubernetes"},
    Purpose{"ftp", "transfers files, without encryption; data goes over further ports"},
    Purpose{"ftps", "transfers files with encryption (FTP over TLS)"},
    Purpose{"http", "delivers web pages, without encryption"},
    Purpose{"http-alt", "a second port for web servers and proxies"},
    Purpose{"https", "delivers web pages with encryption (HTTP over TLS; over UDP: HTTP/3)"},
    Purpose{"imap", "lets mail programs read mailboxes on a server"},
    Purpose{"imaps", "lets mail programs read mailboxes, with encryption"},
    Purpose{"ipp", "sends documents to printers"},
    Purpose{"ipsec-nat-t", "carries IPsec VPN packets through NAT"},
    Purpose{"isakmp", "negotiates the keys of IPsec VPNs (IKE)"},
    Purpose{"iscsi-target", "offers disks over the network"},
    Purpose{"kerberos", "proves the identity of users and services in a domain"},
    Purpose{"ldap", "looks up users, groups and devices in a directory"},
    Purpose{"ldaps", "looks up a directory, with encryption"},
    Purpose{"llmnr", "finds names of hosts on the local network (Windows)"},
    Purpose{"mdns", "finds names and services on the local network"},
    Purpose{"memcache", "keeps data of programs in memory for fast access"},
    Purpose{"microsoft-ds", "shares files and printers of Windows and Samba (SMB)"},
    Purpose{"mongodb", "a database of documents"},
    Purpose{"mqtt", "passes messages of sensors and devices through a broker"},
    Purpose{"ms-sql-m", "tells which ports instances of Microsoft SQL Server use"},
    Purpose{"ms-sql-s", "the database Microsoft SQL Server"},
    Purpose{"ms-wbt-server", "shows the screen of a Windows host elsewhere (Remote Desktop)"},
    Purpose{"mysql", "the databases MySQL and MariaDB"},
    Purpose{"netbios-ns", "finds names of Windows hosts (older networks)"},
    Purpose{"netbios-ssn", "shares files of Windows hosts (older networks)"},
    Purpose{"nfs", "shares files between Unix hosts"},
    Purpose{"ntp", "sets clocks by those of time servers"},
    Purpose{"openvpn", "carries a VPN"},
    Purpose{"pop3", "lets mail programs fetch mail from a server"},
    Purpose{"pop3s", "lets mail programs fetch mail, with encryption"},
    Purpose{"postgresql", "the database PostgreSQL"},
    Purpose{"radius", "checks logins for Wi-Fi, VPNs and switches"},
    Purpose{"redis", "keeps data of programs in memory for fast access"},
    Purpose{"rfb", "shows the screen of a host elsewhere (VNC)"},
    Purpose{"rsync", "copies files and transfers only what has changed"},
    Purpose{"rtsp", "controls video streams, such as those of cameras"},
    Purpose{"sip", "sets up telephone calls over IP"},
    Purpose{"sips", "sets up telephone calls over IP, with encryption"},
    Purpose{"smtp", "sends e-mail between servers"},
    Purpose{"snmp", "reads counters and settings of network devices"},
    Purpose{"snmptrap", "receives alarms of network devices"},
    Purpose{"socks", "passes connections on for others (proxy)"},
    Purpose{"ssdp", "finds devices on the local network (UPnP)"},
    Purpose{"ssh", "gives a command line on another host, encrypted; also copies files"},
    Purpose{"stun", "tells a host behind NAT its public address and port"},
    Purpose{"submission", "takes e-mail from mail programs for sending"},
    Purpose{"submissions", "takes e-mail from mail programs for sending, with encryption"},
    Purpose{"sunrpc", "tells which ports NFS and other RPC services use"},
    Purpose{"syslog", "collects log messages of other hosts"},
    Purpose{"telnet", "gives a command line on another host, without encryption"},
    Purpose{"tftp", "transfers files in the simplest way, as devices do that start"},
    Purpose{"wsman", "manages Windows hosts from elsewhere (WinRM)"},
    Purpose{"xmpp-client", "connects chat programs to their server"},
    Purpose{"zabbix-agent", "reports the state of a host to the monitoring Zabbix"},
};

constexpr bool before(const Purpose& a, const Purpose& b) { return a.name < b.name; }
static_assert(std::is_sorted(purposes.begin(), purposes.end(), before));

}  // namespace

std::string_view service_purpose(std::string_view name) {
    const auto found =
        std::lower_bound(purposes.begin(), purposes.end(), Purpose{name, {}}, before);
    return found != purposes.end() && found->name == name ? found->text : std::string_view{};
}

}  // namespace pt::client
