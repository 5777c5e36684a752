# cmake -DINPUT=profile.json -DOUTPUT=profile.cc -DHEADER=schema/defaults.h -DFUNCTION=default_profile -P embed_text.cmake
# Makes a source file whose one function, which HEADER declares, returns the text of a file.
file(READ "${INPUT}" text)
file(WRITE "${OUTPUT}" "#include \"${HEADER}\"

namespace velum {

std::string_view ${FUNCTION}() {
  return R\"velum(${text})velum\";
}

}  // namespace velum
")
