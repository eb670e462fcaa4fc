#pragma once

#include <unistd.h>

#include <utility>

/// RAII for what Asio does not hold.
namespace pt::net {

/// Owns one file descriptor and closes it.
class Descriptor {
public:
    Descriptor() = default;
    explicit Descriptor(int value) : value_{value} {}
    ~Descriptor() { reset(); }
    Descriptor(Descriptor&& other) noexcept : value_{other.release()} {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        if (this != &other) {
            reset();
            value_ = other.release();
        }
        return *this;
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    bool is_open() const { return value_ >= 0; }
    int get() const { return value_; }
    int release() { return std::exchange(value_, -1); }

private:
    void reset() {
        if (is_open()) {
            close(value_);
        }
    }

    int value_ = -1;
};

}  // namespace pt::net
