#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace velum::bench {

// The requests of a run, read from a text file of one request a line:
//
//   200 GET /api/storage/profile-system/profiles/5d8a...
//   201 POST /api/storage/profile-system/profiles {"email":"b{n}@example.com"}
//
// The number first is the status that is expected; `{n}` becomes a number that no other request of
// the run has. They are handed out in the file's order, again and again.
class RequestList {
 public:
  // `headers`: whole lines, each with its CRLF, sent with every request. Exits with a message when
  // the file cannot be read or a line is no request.
  RequestList(const std::string& path, std::string headers, std::uint64_t first_number);

  // The next request's bytes, valid until the next call, and the status it should get.
  struct Next {
    std::string_view bytes;
    int expected_status;
  };
  Next next();

 private:
  struct Line {
    int status;
    std::string method_and_target, body;
  };
  void append_numbered(std::string_view text);

  std::vector<Line> lines_;
  std::string headers_, bytes_, number_;
  std::size_t cursor_ = 0;
  std::uint64_t next_number_;
};

}  // namespace velum::bench
