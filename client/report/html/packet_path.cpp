#include "client/report/html/packet_path.hpp"

#include <utility>

#include "client/result/describe.hpp"
#include "client/result/path_facts.hpp"

namespace pt::client {
namespace {

class PathMaker {
public:
    explicit PathMaker(const Result& result)
        : result_{result},
          tcp_{result.endpoint.protocol == Protocol::tcp},
          target_{result.endpoint.socket_address().to_string()},
          request_{tcp_ ? "SYN" : "request"} {
        if (result.local && !result.local->address.is_unspecified()) {
            here_ = result.local->to_string();
        }
    }

    PacketPath made() && {
        draw();
        if (path_.nodes.empty()) {
            path_.steps.push_back(sentence("no packet's path is known: " + describe(result_)));
        }
        return std::move(path_);
    }

private:
    void draw() {
        switch (result_.conclusion.evidence) {
            case Evidence::echo: draw_echo(); break;
            case Evidence::altered_echo: draw_altered_echo(); break;
            case Evidence::handshake: draw_answer("SYN, ACK"); break;
            case Evidence::foreign_data:
                draw_answer(tcp_ ? "SYN, ACK, other data" : "other data");
                break;
            case Evidence::data_reset: draw_answer("SYN, ACK, then RST"); break;
            case Evidence::reset: draw_answer("RST"); break;
            case Evidence::data_lost: draw_data_lost(); break;
            case Evidence::foreign_answer:
                draw_device("Not pt-server", "answered as " + target_, "an answer");
                break;
            case Evidence::forged_reset:
                draw_device("Sender of the reset", "a firewall on the path or on the server",
                            "RST");
                break;
            case Evidence::icmp_port_unreachable:
            case Evidence::icmp_protocol_unreachable:
            case Evidence::icmp_admin_prohibited:
            case Evidence::icmp_parameter_problem:
            case Evidence::icmp_host_unreachable:
            case Evidence::icmp_net_unreachable:
            case Evidence::icmp_time_exceeded: draw_icmp(); break;
            case Evidence::silence: draw_silence(); break;
            case Evidence::no_route:
            case Evidence::not_listening:
            case Evidence::local_error:
            case Evidence::interrupted:
            case Evidence::server_lost: break;
        }
    }

    void add_client() {
        path_.nodes.push_back({"pt-client", {here_.empty() ? "address not known" : here_}});
        say("pt-client sent " + std::string{tcp_ ? "a SYN" : "a request"} +
            (here_.empty() ? "" : " from " + here_) + " to " + target_);
    }

    void draw_echo() {
        add_client();
        const std::string request = tcp_ ? "SYN, request" : "request";
        if (!result_.seen) {
            add(request, {"pt-server", {target_}}, "echo");
        } else {
            const bool rewritten = add_rewriting(request, "echo");
            const auto there =
                is_destination_known(result_) ? result_.seen->destination.to_string() : target_;
            const auto source = result_.seen->source.to_string();
            add(request, {"pt-server", {there, "saw it from " + source}}, "echo");
            say("pt-server received it" + (is_destination_known(result_) ? " at " + there : "") +
                " from " + source + (rewritten || here_.empty() ? "" : ": no NAT is visible"));
        }
        say("pt-client received the echo");
    }

    void draw_altered_echo() {
        add_client();
        add(tcp_ ? "SYN, request" : "request", {"Source of the echo", {target_}}, "echo, altered");
        say(!result_.findings ? describe(result_)
            : result_.findings->padding_altered
                ? "The request was altered on the way there"
                : "The echo was altered on the way back, or by a relay");
    }

    /// Whether there is one: a device or several that gave the packets other addresses or ports.
    bool add_rewriting(const std::string& request, const std::string& echo) {
        std::vector<std::string> lines;
        const auto rewrite = [&](const std::string& what, const std::string& sent,
                                 const std::optional<SocketAddress>& received) {
            if (received) {
                lines.push_back(what + ' ' + sent);
                lines.push_back("became " + received->to_string());
                say("NAT on the path rewrote the " + what + ": " + sent + " became " +
                    received->to_string());
            }
        };
        rewrite("source", here_, rewritten_source(result_));
        rewrite("destination", target_, rewritten_destination(result_));
        if (lines.empty()) {
            return false;
        }
        add(request, {"NAT, one device or several", lines}, echo);
        return true;
    }

    /// Something with the target's address answered; it may be a device in between.
    void draw_answer(const std::string& answer) {
        add_client();
        add(request_, answering_node(), answer);
        say("An answer from the target's address was received: " + answer);
        if (tcp_ && result_.conclusion.evidence != Evidence::reset) {
            const Findings findings = result_.findings.value_or(Findings{});
            say(findings.reflected           ? "The request came back"
                : findings.data_acknowledged ? "The request was acknowledged"
                                             : "Whether the request arrived is not known");
        }
        say(describe(result_));
    }

    PathNode answering_node() const {
        return {"Answer from the target's address",
                {target_, "by the target, or a device in its name"}};
    }

    void draw_data_lost() {
        add_client();
        say("The TCP connection was established, then data was lost");
        say(onward());
        PathNode server{"pt-server", {"holds " + target_}};
        if (result_.reached == Reached::frame) {
            path_.legs.push_back({Passage::passed, "SYN, data", Passage::lost, "echo, lost"});
        } else if (result_.reached == Reached::established) {
            path_.legs.push_back({Passage::lost, "SYN, then data, lost", Passage::none, ""});
        } else {
            path_.legs.push_back({Passage::unknown, "SYN, data", Passage::unknown, "no echo"});
            server.arrival =
                result_.reached == Reached::attempt ? Arrival::reached : Arrival::not_known;
        }
        path_.nodes.push_back(std::move(server));
        say("Where on the path it was lost is not known");
    }

    void draw_device(const std::string& name, const std::string& line, const std::string& answer) {
        add_client();
        add(request_, {name, {line}}, answer);
        say(describe(result_));
        add_server_behind();
    }

    void draw_icmp() {
        const Sender sender = error_sender(result_);
        if (sender == Sender::this_host) {
            return;
        }
        add_client();
        if (sender == Sender::target) {
            add(request_, answering_node(), "ICMP error");
        } else {
            const auto& by = result_.conclusion.by;
            add(request_,
                {by ? "Sender " + by->to_string() : "Sender, address not known",
                 {"a device, or another address of the target"}},
                "ICMP error");
            add_target_behind();
        }
        say(describe(result_));
    }

    void draw_silence() {
        add_client();
        PathNode server{"pt-server", {target_}};
        switch (result_.conclusion.direction.value_or(Direction::unknown)) {
            case Direction::forward:
                server.arrival = Arrival::not_reached;
                path_.legs.push_back({Passage::lost, request_ + ", lost", Passage::none, ""});
                break;
            case Direction::return_:
                server.lines.emplace_back("was reached");
                path_.legs.push_back({Passage::passed, request_, Passage::lost, "reply, lost"});
                break;
            case Direction::unknown:
                server = {"Target", {target_}, Arrival::not_known};
                path_.legs.push_back({Passage::unknown, request_, Passage::unknown, "no reply"});
                break;
        }
        path_.nodes.push_back(std::move(server));
        say(describe(result_));
        say(result_.conclusion.direction.value_or(Direction::unknown) == Direction::unknown
                ? "Whether the request or a reply was lost, or nothing replied, is not known"
                : "Where on that way it was lost is not known");
    }

    /// A node that packets reached, and what was received from it.
    void add(const std::string& request, PathNode node, const std::string& answer) {
        path_.legs.push_back({Passage::passed, request, Passage::passed, answer});
        path_.nodes.push_back(std::move(node));
    }

    void add_target_behind() {
        path_.legs.push_back({Passage::unknown, "not known", Passage::none, ""});
        path_.nodes.push_back({"Target", {target_}, Arrival::not_known});
    }

    void add_server_behind() {
        const bool arrived =
            result_.reached != Reached::unknown && result_.reached != Reached::nothing;
        path_.legs.push_back({arrived ? Passage::passed : Passage::unknown,
                              arrived ? "an attempt arrived" : "not known", Passage::none, ""});
        if (result_.reached == Reached::nothing) {
            path_.legs.back() = {Passage::none, "nothing arrived", Passage::none, ""};
        }
        path_.nodes.push_back({"pt-server",
                               {"holds " + target_},
                               arrived                               ? Arrival::reached
                               : result_.reached == Reached::nothing ? Arrival::not_reached
                                                                     : Arrival::not_known});
        say(onward());
    }

    /// What the server record says.
    std::string onward() const {
        switch (result_.reached) {
            case Reached::unknown: break;
            case Reached::nothing: return "By its record, nothing reached pt-server";
            case Reached::attempt: return "By its record, a SYN reached pt-server";
            case Reached::established:
                return "By its record, a connection reached pt-server, but no data";
            case Reached::late_frame: return "By its record, data reached pt-server late";
            case Reached::frame: return "By its record, data reached pt-server";
        }
        return "Whether pt-server was reached is not known";
    }

    static std::string sentence(std::string text) {
        if (!text.starts_with("pt-") && !text.empty() && text[0] >= 'a' && text[0] <= 'z') {
            text[0] = static_cast<char>(text[0] - 'a' + 'A');
        }
        return text + '.';
    }
    void say(const std::string& text) { path_.steps.push_back(sentence(text)); }

    const Result& result_;
    bool tcp_;
    std::string target_;
    std::string request_;
    std::string here_;  ///< "" where it is not known
    PacketPath path_;
};

}  // namespace

PacketPath path_of(const Result& result) { return PathMaker{result}.made(); }

}  // namespace pt::client
