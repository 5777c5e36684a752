#pragma once
// Answers: what Velum answered beside what the model says. Each function gives the first difference
// in words, or nothing if there is none.

#include <string>

#include "profile/document_engine.h"
#include "test/model/model.h"

namespace velum::model {

// "200" or the error's name, as a script has it.
std::string outcome(const Error* error);
// Of the same kind to a client of the API.
bool is_same_error(ErrorCode left, ErrorCode right);

std::string difference(const DocumentView& view, const Shown& shown);
// Of a read.
std::string difference(const Result<DocumentView>& answer, const Result<Shown>& expected);
// Of a write: names what was made.
std::string difference_of_write(const Result<DocumentView>& answer, const Result<Shown>& expected,
                                const RecordKey& owner);
// Of lists: the same records, by the time at which they were made.
std::string difference(const Result<std::vector<DocumentView>>& answer,
                       const Result<std::vector<Shown>>& expected);

template <typename Answer, typename Expected>
std::string difference_of_outcome(const Result<Answer>& answer, const Result<Expected>& expected) {
  const Error* const got = answer ? nullptr : &answer.error();
  const Error* const want = expected ? nullptr : &expected.error();
  if (got == nullptr && want == nullptr) return "";
  if (got != nullptr && want != nullptr && is_same_error(got->code(), want->code())) return "";
  return "the answer is " + outcome(got) + ", the model says " + outcome(want);
}

}  // namespace velum::model
