#include <array>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <span>
#include <stdexcept>
#include <string>

#include "client/cli/help.hpp"
#include "scripts/manual/pages/man_page.hpp"
#include "scripts/manual/shells/completions.hpp"
#include "server/cli/help.hpp"

// Usage: write_manual FOLDER FILE...   writes the manual pages and the completions of both programs
// there. The build lists each FILE: fails if these are not the files that it would write.

namespace {

using pt::manual::PageName;

/// Texts by the paths of their files.
using Files = std::map<std::filesystem::path, std::string>;

void add_pages(Files& files, const std::filesystem::path& folder, const pt::Program& program,
               std::span<const PageName> see_also) {
    for (const auto& [name, text] : pt::manual::man_pages(program, see_also)) {
        files[folder / name] = text;
    }
}

void add_completions(Files& files, const std::filesystem::path& folder,
                     const pt::Program& program) {
    const std::string name{program.name};
    files[folder / "bash" / name] = pt::manual::bash_completion(program);
    files[folder / "zsh" / ('_' + name)] = pt::manual::zsh_completion(program);
    files[folder / "fish" / (name + ".fish")] = pt::manual::fish_completion(program);
}

Files all_files(const std::filesystem::path& folder) {
    const PageName client{"pt-client", '1'};
    const PageName server{"pt-server", '1'};
    const PageName config{"pt-server.conf", '5'};
    const auto& client_program = pt::client::program();
    const auto& server_program = pt::server::program();
    Files files;
    add_pages(files, folder, client_program, std::array{server});
    add_pages(files, folder, server_program, std::array{client, config});
    files[folder / "pt-server.conf.5"] =
        pt::manual::man_page(pt::server::config_file(), server_program.options, std::array{server});
    add_completions(files, folder, client_program);
    add_completions(files, folder, server_program);
    return files;
}

void check_names(const Files& files, std::set<std::filesystem::path> listed) {
    const std::string list = "scripts/manual/CMakeLists.txt";
    for (const auto& [path, text] : files) {
        if (listed.erase(path) == 0) {
            throw std::runtime_error(list + " does not list " + path.string());
        }
    }
    if (!listed.empty()) {
        throw std::runtime_error(list + " lists " + listed.begin()->string() +
                                 ", which no program has");
    }
}

void write(const std::filesystem::path& path, const std::string& text) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream file;
    file.exceptions(std::ios::failbit | std::ios::badbit);
    file.open(path, std::ios::binary);
    file << text << std::flush;
}

}  // namespace

int main(int argc, char* argv[]) {
    if (argc < 2) {
        std::cerr << "usage: write_manual FOLDER FILE...\n";
        return 2;
    }
    try {
        const auto files = all_files(argv[1]);
        check_names(files, {argv + 2, argv + argc});
        for (const auto& [path, text] : files) {
            write(path, text);
        }
        return 0;
    } catch (const std::exception& error) {
        std::cerr << "write_manual: " << error.what() << '\n';
        return 1;
    }
}
