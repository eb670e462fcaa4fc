#pragma once

#include <string_view>

/// page.css and page.js, embedded while configuring (embed.cmake).
namespace pt::client {

extern const std::string_view page_style;
extern const std::string_view page_script;
/// SHA-256 of each in base64, as a Content-Security-Policy names it.
extern const std::string_view page_style_hash;
extern const std::string_view page_script_hash;

}  // namespace pt::client
