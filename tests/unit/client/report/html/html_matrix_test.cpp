#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "client/report/html/matrix.hpp"
#include "samples.hpp"

namespace pt::client {
namespace {

using ::testing::HasSubstr;

class HtmlMatrix : public ::testing::Test {
protected:
    void add(std::uint32_t host, Result result) {
        result.host_place = host;
        result.host = "host-" + std::to_string(host);
        results_.push_back(std::move(result));
    }
    std::vector<Place> places() const { return places_of(refs_to(results_)); }

    std::vector<Result> results_;
};

TEST_F(HtmlMatrix, JoinsNeighboursThatAreEqualOnEachHost) {
    for (const std::uint16_t port : {std::uint16_t{1}, std::uint16_t{2}, std::uint16_t{4}}) {
        add(0, open_port(Protocol::tcp, port));
    }
    for (const std::uint16_t port : {std::uint16_t{1}, std::uint16_t{2}}) {
        add(1, closed_port(Protocol::tcp, port));
    }
    const auto matrix = matrix_of(places());
    ASSERT_TRUE(matrix);
    ASSERT_EQ(matrix->columns.size(), 2U);
    EXPECT_EQ(matrix->columns[0].ports, (PortSet::Range{Protocol::tcp, Port{1}, Port{2}}));
    EXPECT_EQ(matrix->columns[0].verdicts[0], Verdict::open);
    EXPECT_EQ(matrix->columns[0].verdicts[1], Verdict::closed);
    EXPECT_EQ(matrix->columns[1].verdicts[1], std::nullopt);
}

TEST_F(HtmlMatrix, ProtocolsAreNotJoined) {
    add(0, open_port(Protocol::tcp, 53));
    add(0, open_port(Protocol::udp, 54));
    EXPECT_EQ(matrix_of(places())->columns.size(), 2U);
}

TEST_F(HtmlMatrix, CountsWhereItWouldBeTooWide) {
    static_assert(max_matrix_columns < 33);
    for (std::uint16_t column = 0; column < 33; ++column) {
        add(0, open_port(Protocol::tcp, static_cast<std::uint16_t>(2 * column + 1)));
    }
    add(1, closed_port(Protocol::tcp, 1));
    EXPECT_FALSE(matrix_of(places()));
    std::ostringstream out;
    print_matrix(out, places());
    EXPECT_THAT(out.str(), HasSubstr("Ports of each verdict by host"));
    EXPECT_THAT(out.str(), HasSubstr("<td class=\"number\">33</td><td class=\"number\">0</td>"));
}

}  // namespace
}  // namespace pt::client
