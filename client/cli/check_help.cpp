#include "client/cli/check_options.hpp"
#include "client/cli/option_table.hpp"

namespace pt::client {
namespace {

std::vector<Row> examples() {
    return {
        {"pt-client check policy.yaml", "every test that has no \"from\""},
        {"pt-client check policy.yaml --only \"no ssh from the office\"", "one of them"},
        {"pt-client check policy.yaml --from app", "those that are to run from \"app\""},
        {"pt-client check db.example open:tcp/5432 blocked:tcp/22,udp/161", "without a file"},
        {"pt-client check web.example open,answered:tcp/443", "an answer of any service passes"},
        {"pt-client check policy.yaml --output junit > report.xml", "for a CI system"},
        {"pt-client db.example any/1-1024 --output policy > policy.yaml",
         "a policy that expects what is found today"},
    };
}

std::vector<Chapter> chapters() {
    return {
        {.title = "Expectations",
         .text =
             "A port without a listener, a dead host or a name that is not known is inconclusive "
             "where it must be blocked: start pt-server at the far end on these ports, too. Run "
             "checks of one server one after the other: what others send leaves doubt.",
         .rows = {{"open",
                   "passed by pt-server's echo (with \"proof: any\" by any service's "
                   "answer)"},
                  {"blocked",
                   "passed if pt-server listens on the port and nothing reached it; "
                   "failed if anything answered or did reach it"},
                  {"VERDICT",
                   "passed by this verdict, or by one of several: open,answered. A dead host is "
                   "\"filtered\", too"}}},
        {.title = "Policy",
         .text =
             "A YAML file. Words for ports name the protocol; several ports with commas between "
             "are quoted. What is listed by itself is no part of a range, and what is open or has "
             "a verdict is no part of a range that is blocked. \"to\" may be a list; \"method: "
             "drop\" or \"reject\" says how a test's ports are to be blocked.",
         .rows = {{"version: 1", "must be there"},
                  {"hosts: {db: 10.0.0.5}", "short names (optional)"},
                  {"defaults: {timeout: 3s, proof: any, max_rtt: 50ms}", "of all tests (optional)"},
                  {"tests:", "a list:"},
                  {"- name: the database is reached", "optional"},
                  {"  from: app", "the place to run it from (--from), optional"},
                  {"  to: db", "a host or a short name"},
                  {"  open: [tcp/5432]", ""},
                  {"  blocked: [tcp/22, \"udp/53,161\", tcp/1-1024]", ""},
                  {"  tcp/443: answered", "or a list: [open, answered]"},
                  {"  closed: [tcp/23]", "the same for several ports"},
                  {"  udp/53: {verdict: filtered, direction: forward}",
                   "also \"by: ADDRESS\", \"max_rtt: 50ms\""}}},
        {.title = "Exit status",
         .rows = {{"0", "every expectation passed"},
                  {"1", "at least one failed"},
                  {"2", "usage error, or an invalid policy"},
                  {"3", "none failed, but at least one is inconclusive"},
                  {"130", "interrupted: finished results are printed"}}},
    };
}

}  // namespace

const Program& check_program() {
    static const Program program{
        .name = "check",
        .purpose = "test whether the network is as a policy expects",
        .description =
            "pt-client check probes the ports that a policy names and says for each test whether "
            "it passed, failed or is inconclusive, with what was expected and what was found. "
            "What is not proved does not pass.",
        .usage = {"pt-client check POLICY", "pt-client check HOST EXPECTATION:SPEC..."},
        .examples_note = "at the far end first, for instance: pt-server tcp/22,5432 udp/161",
        .examples = examples(),
        .options = options_of(check_option_table()),
        .chapters = chapters(),
        .takes_hosts = true,
        .takes_files = true};
    return program;
}

}  // namespace pt::client
