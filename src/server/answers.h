#pragma once
// What most calls answer with: a status and JSON, or nothing.

#include <string_view>
#include <utility>

#include "http/message.h"

namespace velum {

inline HttpResponse shown(int status, WipedText json) {
  HttpResponse response;
  response.status = status;
  response.body = std::move(json);
  return response;
}

inline HttpResponse shown(int status, std::string_view json) {
  WipedText text;
  append(text, json);
  return shown(status, std::move(text));
}

inline HttpResponse no_content() {
  HttpResponse response;
  response.status = 204;
  return response;
}

}  // namespace velum
