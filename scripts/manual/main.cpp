#include <array>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>

#include "client/cli/help.hpp"
#include "scripts/manual/pages/man_page.hpp"
#include "scripts/manual/shells/completions.hpp"
#include "server/cli/help.hpp"

// Usage: write_manual FOLDER   writes the manual pages and the completions of both programs there.

namespace {

using pt::manual::PageName;

constexpr PageName client{"pt-client", '1'};
constexpr PageName server{"pt-server", '1'};
constexpr PageName config{"pt-server.conf", '5'};

void write(const std::filesystem::path& path, const std::string& text) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream file;
    file.exceptions(std::ios::failbit | std::ios::badbit);
    file.open(path, std::ios::binary);
    file << text << std::flush;
}

void write_completions(const std::filesystem::path& folder, const pt::Program& program) {
    const std::string name{program.name};
    write(folder / "bash" / name, pt::manual::bash_completion(program));
    write(folder / "zsh" / ('_' + name), pt::manual::zsh_completion(program));
    write(folder / "fish" / (name + ".fish"), pt::manual::fish_completion(program));
}

void write_all(const std::filesystem::path& folder) {
    const auto& client_program = pt::client::program();
    const auto& server_program = pt::server::program();
    write(folder / "pt-client.1", pt::manual::man_page(client_program, std::array{server}));
    write(folder / "pt-server.1", pt::manual::man_page(server_program, std::array{client, config}));
    write(folder / "pt-server.conf.5",
          pt::manual::man_page(pt::server::config_file(), server_program.options,
                               std::array{server}));
    write_completions(folder, client_program);
    write_completions(folder, server_program);
}

}  // namespace

int main(int argc, char* argv[]) {
    if (argc != 2) {
        std::cerr << "usage: write_manual FOLDER\n";
        return 2;
    }
    try {
        write_all(argv[1]);
        return 0;
    } catch (const std::exception& error) {
        std::cerr << "write_manual: " << error.what() << '\n';
        return 1;
    }
}
