#include "http/framing_guard.h"

#include <charconv>

#include "http/ascii.h"
#include "http/request_target.h"

namespace velum {
namespace {

HttpMethod method_of(std::string_view name) {
  if (name == "GET") return HttpMethod::get;
  if (name == "POST") return HttpMethod::post;
  if (name == "PATCH") return HttpMethod::patch;
  if (name == "PUT") return HttpMethod::put;
  if (name == "DELETE") return HttpMethod::del;
  if (name == "HEAD") return HttpMethod::head;
  if (name == "OPTIONS") return HttpMethod::options;
  return HttpMethod::other;
}

// The text up to CRLF, which is removed from `rest` with it.
std::string_view take_line(std::string_view& rest) {
  const std::size_t feed = rest.find('\n');
  VELUM_CHECK(feed != std::string_view::npos && feed > 0);
  const std::string_view line = rest.substr(0, feed - 1);
  rest.remove_prefix(feed + 1);
  return line;
}

std::optional<Refusal> read_version(std::string_view text, RequestFraming& framing) {
  if (text == "HTTP/1.1") {
    framing.version = HttpVersion::http_1_1;
  } else if (text == "HTTP/1.0") {
    framing.version = HttpVersion::http_1_0;
  } else if (text.size() == 8 && text.starts_with("HTTP/") && is_digit(text[5]) && text[6] == '.' &&
             is_digit(text[7])) {
    return Refusal{505, Error(ErrorCode::invalid_argument, "only HTTP/1.1 and 1.0 are spoken")};
  } else {
    return bad_request("the request line has no version");
  }
  framing.keep_alive = framing.version == HttpVersion::http_1_1;
  return std::nullopt;
}

std::optional<Refusal> read_request_line(std::string_view line, HttpRequest& request,
                                         RequestFraming& framing) {
  const std::size_t method_end = line.find(' ');
  const std::size_t target_end = line.rfind(' ');
  if (method_end == std::string_view::npos || target_end == method_end) {
    return bad_request("the request line has not three parts");
  }
  if (auto refusal = read_version(line.substr(target_end + 1), framing)) return refusal;
  const std::string_view method = line.substr(0, method_end);
  if (!is_token(method)) return bad_request("the method is no token");
  request.method = method_of(method);
  return read_request_target(line.substr(method_end + 1, target_end - method_end - 1), request);
}

// The headers that decide where a request ends or what it is about, as they are met.
class FramingHeaders {
 public:
  FramingHeaders(HttpRequest& request, RequestFraming& framing)
      : request_(request), framing_(framing) {}

  std::optional<Refusal> read(std::string_view name, std::string_view value) {
    // By length first: most headers are none of these.
    switch (name.size()) {
      case 4:
        if (equal_ignoring_case(name, "host")) return read_host(value);
        break;
      case 6:
        if (equal_ignoring_case(name, "expect")) return read_expect(value);
        break;
      case 10:
        if (equal_ignoring_case(name, "connection")) read_connection(value);
        break;
      case 14:
        if (equal_ignoring_case(name, "content-length")) return read_length(value);
        break;
      case 17:
        if (equal_ignoring_case(name, "transfer-encoding")) return read_encoding(value);
        break;
      default: break;
    }
    return std::nullopt;
  }

  std::optional<Refusal> finish() {
    if (!has_host_ && framing_.version == HttpVersion::http_1_1) {
      return bad_request("there is no Host header");
    }
    if (has_encoding_ && framing_.version == HttpVersion::http_1_0) {
      return bad_request("HTTP/1.0 has no Transfer-Encoding");
    }
    if (has_encoding_ && has_length_) {
      return bad_request("there are both Transfer-Encoding and Content-Length");
    }
    if (has_encoding_) framing_.body = BodyFraming::chunked;
    if (has_length_ && framing_.content_length_bytes > 0) framing_.body = BodyFraming::length;
    if (says_close_) framing_.keep_alive = false;
    if (framing_.version == HttpVersion::http_1_0 || framing_.body == BodyFraming::none) {
      framing_.expects_continue = false;
    }
    return std::nullopt;
  }

 private:
  std::optional<Refusal> read_host(std::string_view value) {
    if (has_host_) return bad_request("there are two Host headers");
    has_host_ = true;
    if (!is_authority(value)) return bad_request("the Host header is not valid");
    if (request_.host.empty()) request_.host = value;
    return std::nullopt;
  }

  std::optional<Refusal> read_expect(std::string_view value) {
    if (!equal_ignoring_case(value, "100-continue")) {
      return Refusal{417, Error(ErrorCode::invalid_argument, "that expectation is not known")};
    }
    framing_.expects_continue = true;
    return std::nullopt;
  }

  void read_connection(std::string_view value) {
    for_each_item(value, [this](std::string_view item) {
      if (equal_ignoring_case(item, "close")) says_close_ = true;
      if (equal_ignoring_case(item, "keep-alive")) framing_.keep_alive = true;
    });
  }

  std::optional<Refusal> read_length(std::string_view value) {
    if (has_length_) return bad_request("there are two Content-Length headers");
    has_length_ = true;
    const char* const end = value.data() + value.size();
    // from_chars takes no sign for unsigned types, and says when the number does not fit.
    const auto [stop, problem] = std::from_chars(value.data(), end, framing_.content_length_bytes);
    if (problem != std::errc() || stop != end) return bad_request("Content-Length is no number");
    return std::nullopt;
  }

  std::optional<Refusal> read_encoding(std::string_view value) {
    if (has_encoding_ || value != "chunked") {
      return bad_request("Transfer-Encoding is not exactly chunked");
    }
    has_encoding_ = true;
    return std::nullopt;
  }

  HttpRequest& request_;
  RequestFraming& framing_;
  bool has_host_ = false;
  bool has_length_ = false;
  bool has_encoding_ = false;
  bool says_close_ = false;
};

}  // namespace

std::optional<Refusal> read_request_head(std::string_view head, HttpRequest& request,
                                         RequestFraming& framing) {
  framing = {};
  request.headers.clear();
  request.host = request.body = {};
  std::string_view rest = head;
  if (auto refusal = read_request_line(take_line(rest), request, framing)) return refusal;

  FramingHeaders known(request, framing);
  for (std::string_view line = take_line(rest); !line.empty(); line = take_line(rest)) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return bad_request("a header line has no colon");
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = trim_blanks(line.substr(colon + 1));
    if (!is_token(name)) return bad_request("a header's name is no token");
    if (!is_field_value(value)) return bad_request("a header's value has control characters");
    if (auto refusal = known.read(name, value)) return refusal;
    request.headers.push_back({name, value});
  }
  VELUM_CHECK(rest.empty());
  return known.finish();
}

}  // namespace velum
