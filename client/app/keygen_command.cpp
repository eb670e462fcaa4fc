#include "client/app/keygen_command.hpp"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <ostream>
#include <string>
#include <system_error>

#include "common/core/id_text.hpp"
#include "common/core/safe_text.hpp"
#include "common/keys/key_file.hpp"
#include "common/net/descriptor.hpp"

namespace pt::client {
namespace {

/// 0 or errno.
int write_all(int descriptor, const std::string& text) {
    std::size_t done = 0;
    while (done < text.size()) {
        const ssize_t written = write(descriptor, text.data() + done, text.size() - done);
        if (written < 0 && errno != EINTR) {
            return errno;
        }
        done += written > 0 ? static_cast<std::size_t>(written) : 0;
    }
    return fsync(descriptor) == 0 ? 0 : errno;
}

}  // namespace

ExitCode run_keygen(const KeygenOptions& options, std::ostream& out, std::ostream& errors) {
    const auto fail = [&](const std::string& complaint, ExitCode code) {
        errors << "pt-client: keygen " << quote_word(options.file) << ": " << complaint
               << std::endl;
        return code;
    };
    const net::Descriptor file{
        open(options.file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR)};
    if (!file.is_open()) {
        return errno == EEXIST
                   ? fail(
                         "exists, and is not replaced: make another file, and put the lines of "
                         "both into one to use both keys",
                         ExitCode::usage)
                   : fail(std::generic_category().message(errno), ExitCode::could_not_test);
    }
    const Key key = make_key(draw_secret());
    std::string text = "# Key " + key_id_text(key.id) +
                       " of pt, a secret: for pt-server --keys and pt-client --key.\n" +
                       key_line(key) + '\n';
    const int error = write_all(file.get(), text);
    OPENSSL_cleanse(text.data(), text.size());
    if (error != 0) {
        unlink(options.file.c_str());
        return fail(std::generic_category().message(error), ExitCode::could_not_test);
    }
    out << "key " << key_id_text(key.id) << '\n';
    return ExitCode::as_expected;
}

}  // namespace pt::client
