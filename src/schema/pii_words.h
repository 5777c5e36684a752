#pragma once
// PiiWords: a text as the words in it and what stands between them, each read once, from the front,
// with room for as many as any pattern looks ahead. So what is asked of each word costs the same
// however long the text is.
//
// A word is a run of letters and digits. Full-width forms are read as the ASCII they show, decimal
// digits of four scripts as digits, any space as a space and any dash as a dash. Marks and what has
// no width are not there. Letters without case (Han, kana, Arabic) are words of their own, so that
// a number may stand right beside them.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace velum {

enum class PiiSign : std::uint8_t {
  word,       // A letter or a digit.
  caseless,   // A letter of a script without case.
  between,    // What ends words.
  invisible,  // Not there.
};

struct PiiSymbol {
  static constexpr char letter_of_others = '\x01';  // No id has it.
  static constexpr char line_end = '\n';            // A tab too.

  char letter = 0;  // As ASCII; 0: something else.
  PiiSign sign = PiiSign::between;
  std::uint8_t size_bytes = 1;
};

constexpr PiiSymbol pii_symbol_of_ascii(char letter) {
  const char lower = static_cast<char>(letter | 0x20);
  if ((letter >= '0' && letter <= '9') || (lower >= 'a' && lower <= 'z')) {
    return {letter, PiiSign::word, 1};
  }
  if (letter == '\t' || letter == '\n') return {PiiSymbol::line_end};
  return {letter};
}

inline constexpr auto ascii_pii_symbols = [] {
  std::array<PiiSymbol, 128> symbols{};
  for (std::size_t at = 0; at < symbols.size(); ++at) {
    symbols[at] = pii_symbol_of_ascii(static_cast<char>(at));
  }
  return symbols;
}();

// The first of `text`, which is not empty and does not begin with ASCII.
PiiSymbol first_wide_pii_symbol(std::string_view text);

// What stands at `at`, which is inside. Inline, since every byte of every text comes by.
inline PiiSymbol pii_symbol_at(std::string_view text, std::size_t at) {
  const auto byte = static_cast<unsigned char>(text[at]);
  if (byte < ascii_pii_symbols.size()) return ascii_pii_symbols[byte];
  return first_wide_pii_symbol(text.substr(at));
}

// What stands before a word. Masked words are '*' in here, and a number has to be found beside them
// just as it was beside the words: what is asked of neighbours must not tell a '*' from a digit.
struct PiiGap {
  std::size_t size = 0;  // In symbols.
  char after = 0;        // The last of the word in front of it; 0: there is none.
  char first = 0;
  char second = 0;
  char before_last = 0;
  char last = 0;
  bool is_blank = true;     // Only spaces, dashes and line ends.
  bool is_in_phone = true;  // Only what may stand between the digits of a phone.

  void add(char symbol);
  // What is in front of `last`.
  char before_separator() const { return size == 1 ? after : before_last; }
};

struct PiiWord {
  static constexpr std::size_t letters_max = 34;  // As long as an IBAN may ever be.
  static constexpr std::size_t blanks_max = 3;

  std::size_t begin = 0;  // In bytes.
  std::size_t end = 0;
  std::size_t sign_begin = 0;  // Where the last symbol in front of it is.
  std::size_t size = 0;        // In symbols. 0: there are no more words.
  std::size_t digits = 0;
  bool is_digits = false;  // Nothing else, and not too many.
  bool goes_on = false;    // With digits that few blanks part from the word in front.
  PiiGap gap;
  std::array<char, letters_max> letters;  // The first of them.

  std::string_view text() const {
    return {letters.data(), size < letters_max ? size : letters_max};
  }
  // What is behind the gap's first symbol, where this word is behind the gap.
  char after_separator() const {
    return gap.size == 1 ? (size > 0 ? letters.front() : '\0') : gap.second;
  }
};

class PiiWords {
 public:
  // `text` outlives it.
  explicit PiiWords(std::string_view text) : text_(text) {}

  // The next word, and those behind it; empty ones at the end.
  const PiiWord& at(std::size_t ahead) {
    while (count_ <= ahead) read_word();
    return words_[(head_ + ahead) % capacity];
  }
  void skip(std::size_t count) {
    at(count - 1);
    head_ = (head_ + count) % capacity;
    count_ -= count;
  }

 private:
  static constexpr std::size_t capacity = 64;

  void read_word();
  PiiSign read_gap(PiiWord& word);  // What stands behind it.

  std::string_view text_;
  std::size_t place_ = 0;
  char last_letter_ = 0;
  std::size_t head_ = 0;
  std::size_t count_ = 0;
  std::array<PiiWord, capacity> words_;
};

}  // namespace velum
