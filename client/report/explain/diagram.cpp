#include "client/report/explain/diagram.hpp"

#include "client/report/explain/arrows.hpp"
#include "client/report/explain/path_legend.hpp"
#include "client/result/path_facts.hpp"

namespace pt::client {
namespace {

/// Draws one probe, packet by packet.
class Drawing {
public:
    explicit Drawing(const Result& result)
        : result_{result},
          tcp_{result.endpoint.protocol == Protocol::tcp},
          lanes_{device_title(result), server_title(result)},
          text_{draw_titles(lanes_)} {}

    /// From end to end, through the NAT where one is proven.
    void there(std::string_view label) { through(column::client, column::server, label); }
    void back(std::string_view label) {
        marks_.from_server = true;
        through(column::server, column::client, label);
    }
    /// Between the client and the device in the middle, or a place that is not known.
    void to_middle(std::string_view label, char mark = '\0') {
        add({column::client, column::middle, label, mark});
    }
    void from_middle(std::string_view label, char mark = '\0') {
        add({column::middle, column::client, label, mark});
    }
    void lost_on_the_way_back(std::string_view label) {
        add({column::server, column::middle, label, 'x'});
    }
    void not_sent(std::string_view label) { add({column::client, column::near, label, 'x'}); }

    /// The name of the first packet.
    std::string_view first() const { return tcp_ ? "SYN" : "request"; }

    /// With the server's end only where an echo or the server's record proves a connection there,
    /// and not through the lane of a device that is known by its ICMP error alone.
    void handshake() {
        const bool recorded = result_.reached == Reached::established ||
                              result_.reached == Reached::late_frame ||
                              result_.reached == Reached::frame;
        const bool proven =
            result_.conclusion.evidence == Evidence::echo || (recorded && lanes_.middle.empty());
        if (!proven) {
            marks_.unknown_handshake = tcp_;
            handshake_with_unknown();
        } else if (tcp_) {
            there("SYN");
            back("SYN, ACK");
        }
    }
    /// Of something that is not known.
    void handshake_with_unknown() {
        if (tcp_) {
            to_middle("SYN", '?');
            from_middle("SYN, ACK", '?');
        }
    }

    /// A reply that came after the request was answered, whoever did.
    std::string_view other_reply() const {
        const bool reset = result_.findings && result_.findings->data_resets > 0;
        return reset ? "RST" : "other data";
    }
    bool saw_other_reply() const {
        return !tcp_ || (result_.findings && (result_.findings->foreign_data || reset_seen()));
    }

    /// Not where a NAT is drawn, in whose lane the mark would stand; a note tells it there, too.
    void lost_before() {
        if (result_.findings && result_.findings->lost > 0 && lanes_.middle.empty()) {
            to_middle(first(), '?');
        }
    }

    /// A request, and what was received from an unknown sender; "" if nothing was.
    void answered_by_unknown(std::string_view reply) {
        handshake();
        to_middle(tcp_ ? "ACK, request" : "request", '?');
        if (!reply.empty()) {
            from_middle(reply, '?');
        }
    }

    void silence();
    void refusal_by_icmp();
    void data_lost();

    std::string finished() { return text_ + path_legend(result_, marks_); }

private:
    bool reset_seen() const { return result_.findings->data_resets > 0; }

    void add(const Arrow& arrow) {
        marks_.lost = marks_.lost || arrow.mark == 'x';
        marks_.unknown = marks_.unknown || arrow.mark == '?';
        text_ += draw_arrows(lanes_, {arrow});
    }

    void through(std::size_t from, std::size_t to, std::string_view label) {
        text_ +=
            lanes_.middle.empty()
                ? draw_arrows(lanes_, {{from, to, label}})
                : draw_arrows(lanes_, {{from, column::middle, label}, {column::middle, to, label}});
    }

    const Result& result_;
    bool tcp_;
    Lanes lanes_;
    std::string text_;
    DrawnMarks marks_;
};

void Drawing::silence() {
    switch (result_.conclusion.direction.value_or(Direction::unknown)) {
        case Direction::forward: to_middle(first(), 'x'); return;
        case Direction::return_:
            there(first());
            lost_on_the_way_back(tcp_ ? "SYN, ACK" : "reply");
            return;
        case Direction::unknown: to_middle(first(), '?'); return;
    }
}

/// After a handshake it is not known which packet the error is about.
void Drawing::refusal_by_icmp() {
    auto packet = first();
    if (is_connected(result_)) {
        handshake();
        packet = "packet";
    }
    switch (error_sender(result_)) {
        case Sender::this_host: not_sent(packet); return;
        case Sender::device:
            to_middle(packet);
            from_middle("ICMP error");
            return;
        case Sender::target:
            there(packet);
            back("ICMP error");
            return;
        case Sender::unknown:
            to_middle(packet, '?');
            from_middle("ICMP error", '?');
            return;
    }
}

/// How far the data came, by the record of pt-server.
void Drawing::data_lost() {
    handshake();
    switch (result_.reached) {
        case Reached::frame:
            there("ACK, request");
            lost_on_the_way_back("echo");
            return;
        case Reached::established: to_middle("ACK, request", 'x'); return;
        case Reached::nothing:
        case Reached::attempt:
        case Reached::late_frame:
        case Reached::unknown: to_middle("ACK, request", '?'); return;
    }
}

void draw(Drawing& drawing, const Result& result) {
    const std::string_view request =
        result.endpoint.protocol == Protocol::tcp ? "ACK, request" : "request";
    switch (result.conclusion.evidence) {
        case Evidence::echo:
            drawing.lost_before();
            drawing.handshake();
            drawing.there(request);
            drawing.back("echo");
            return;
        case Evidence::handshake: drawing.answered_by_unknown(""); return;
        case Evidence::foreign_data: drawing.answered_by_unknown("other data"); return;
        case Evidence::data_reset: drawing.answered_by_unknown("RST"); return;
        case Evidence::altered_echo: drawing.answered_by_unknown("altered echo"); return;
        case Evidence::foreign_answer:
            drawing.handshake_with_unknown();
            drawing.to_middle(request, '?');
            if (drawing.saw_other_reply()) {
                drawing.from_middle(drawing.other_reply(), '?');
            }
            return;
        case Evidence::data_lost: drawing.data_lost(); return;
        case Evidence::reset:
            drawing.there("SYN");
            drawing.back("RST");
            return;
        case Evidence::forged_reset:
            drawing.to_middle("SYN", '?');
            drawing.from_middle("RST", '?');
            return;
        case Evidence::icmp_port_unreachable:
        case Evidence::icmp_protocol_unreachable:
        case Evidence::icmp_admin_prohibited:
        case Evidence::icmp_parameter_problem:
        case Evidence::icmp_host_unreachable:
        case Evidence::icmp_net_unreachable:
        case Evidence::icmp_time_exceeded: drawing.refusal_by_icmp(); return;
        case Evidence::silence: drawing.silence(); return;
        case Evidence::not_listening:
        case Evidence::interrupted:
        case Evidence::server_lost:
            if (is_connected(result)) {
                drawing.answered_by_unknown("");
            } else {
                drawing.to_middle(drawing.first(), '?');
            }
            return;
        case Evidence::no_route:
        case Evidence::local_error: return;
    }
}

}  // namespace

bool has_sent(const Result& result) {
    const Evidence evidence = result.conclusion.evidence;
    return result.attempts > 0 && result.local && result.local->port != Port{0} &&
           evidence != Evidence::no_route && evidence != Evidence::local_error;
}

bool is_connected(const Result& result) {
    return result.endpoint.protocol == Protocol::tcp && result.findings &&
           result.findings->connected;
}

std::string diagram(const Result& result) {
    if (!has_sent(result)) {
        return "";
    }
    Drawing drawing{result};
    draw(drawing, result);
    return drawing.finished();
}

}  // namespace pt::client
