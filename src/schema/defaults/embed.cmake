# cmake -DINPUT=profile.json -DOUTPUT=profile.cc -DFUNCTION=default_profile -P embed.cmake
# Makes a source file whose one function returns the text of a file.
file(READ "${INPUT}" text)
file(WRITE "${OUTPUT}" "#include \"schema/defaults.h\"

namespace velum {

std::string_view ${FUNCTION}() {
  return R\"velum(${text})velum\";
}

}  // namespace velum
")
