#pragma once

#include <cstdio>
#include <cstdlib>

/// What must hold for every input. Unlike assert it is never compiled out; the abort makes
/// libFuzzer keep the input.
#define PT_CHECK(condition)                                                                     \
    do {                                                                                        \
        if (!(condition)) {                                                                     \
            std::fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition); \
            std::abort();                                                                       \
        }                                                                                       \
    } while (false)
