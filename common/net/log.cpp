#include "common/net/log.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <string>
#include <utility>

namespace pt::net {
namespace {

using spdlog::level::level_enum;

struct LevelWord {
    std::string_view word;
    level_enum level;
};

constexpr std::array level_words{
    LevelWord{"trace", level_enum::trace}, LevelWord{"debug", level_enum::debug},
    LevelWord{"info", level_enum::info},   LevelWord{"warn", level_enum::warn},
    LevelWord{"error", level_enum::err},   LevelWord{"off", level_enum::off}};

const LevelWord* find_word(std::string_view word) {
    const auto* const found = std::find_if(level_words.begin(), level_words.end(),
                                           [&](const auto& entry) { return entry.word == word; });
    return found == level_words.end() ? nullptr : found;
}

std::string_view word_of(level_enum level) {
    const auto* const found = std::find_if(level_words.begin(), level_words.end(),
                                           [&](const auto& entry) { return entry.level == level; });
    return found == level_words.end() ? "error" : found->word;
}

level_enum to_spdlog(LogLevel level) {
    switch (level) {
        case LogLevel::trace: return level_enum::trace;
        case LogLevel::debug: return level_enum::debug;
        case LogLevel::info: return level_enum::info;
        case LogLevel::warn: return level_enum::warn;
        case LogLevel::error: return level_enum::err;
    }
    return level_enum::err;
}

/// What this thread is logging: spdlog hands on its message alone.
thread_local const LogEvent* present_event = nullptr;

std::string timestamp(spdlog::log_clock::time_point time, LogFormat format) {
    const auto since_epoch = time.time_since_epoch();
    const auto seconds = std::chrono::floor<std::chrono::seconds>(since_epoch);
    const auto millis =
        std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch - seconds).count();
    const auto clock = static_cast<std::time_t>(seconds.count());
    std::tm parts{};
    switch (format) {
        case LogFormat::text:
            localtime_r(&clock, &parts);
            return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:03}", parts.tm_year + 1900,
                               parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min,
                               parts.tm_sec, millis);
        case LogFormat::json:
            gmtime_r(&clock, &parts);
            return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", parts.tm_year + 1900,
                               parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min,
                               parts.tm_sec, millis);
    }
    return {};
}

std::string_view colour_of(level_enum level) {
    if (level >= level_enum::err) {
        return "\x1B[31m";
    }
    return level == level_enum::warn ? "\x1B[33m" : "\x1B[32m";
}

class Formatter final : public spdlog::formatter {
public:
    Formatter(LogFormat format, bool colour) : format_{format}, colour_{colour} {}

    void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
        const std::string line = to_line(message);
        out.append(line.data(), line.data() + line.size());
    }

    std::unique_ptr<spdlog::formatter> clone() const override {
        return std::make_unique<Formatter>(format_, colour_);
    }

private:
    std::string to_line(const spdlog::details::log_msg& message) const {
        const auto time = timestamp(message.time, format_);
        const auto level = word_of(message.level);
        const std::string_view text{message.payload.data(), message.payload.size()};
        switch (format_) {
            case LogFormat::text:
                return colour_ ? fmt::format("{} {}{}\x1B[0m {}\n", time, colour_of(message.level),
                                             level, text)
                               : fmt::format("{} {} {}\n", time, level, text);
            case LogFormat::json: return json_line(time, level, text);
        }
        return {};
    }

    static std::string json_line(std::string_view time, std::string_view level,
                                 std::string_view text) {
        boost::json::object line{{"time", time}, {"level", level}, {"message", text}};
        if (present_event != nullptr) {
            line.insert(present_event->fields().begin(), present_event->fields().end());
        }
        return boost::json::serialize(line) + '\n';
    }

    LogFormat format_;
    bool colour_;
};

/// https://no-color.org: any value but an empty one turns colours off.
bool wants_colour() {
    const char* const no_color = std::getenv("NO_COLOR");
    return isatty(STDERR_FILENO) == 1 && (no_color == nullptr || *no_color == '\0');
}

}  // namespace

void set_up_log(LogFormat format, std::string_view level) {
    auto logger =
        std::make_shared<spdlog::logger>("pt", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    logger->set_formatter(std::make_unique<Formatter>(format, wants_colour()));
    const auto* const word = find_word(level);
    logger->set_level(word != nullptr ? word->level : level_enum::info);
    spdlog::set_default_logger(std::move(logger));
}

bool is_log_level(std::string_view level) { return find_word(level) != nullptr; }

bool is_logged(LogLevel level) { return spdlog::should_log(to_spdlog(level)); }

void log(LogLevel level, const LogEvent& event) {
    struct Presence {
        explicit Presence(const LogEvent& event) { present_event = &event; }
        ~Presence() { present_event = nullptr; }
        Presence(const Presence&) = delete;
        Presence& operator=(const Presence&) = delete;
    };
    const Presence presence{event};
    spdlog::log(to_spdlog(level), "{}", event.message());
}

}  // namespace pt::net
