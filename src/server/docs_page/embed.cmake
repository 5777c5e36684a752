# Sets docs_page_source to a source file with the files of the API page: ours, and those of swagger-ui
# as tools/install_packages.sh has put them here. Where it has not, there are none, and the rest builds.
set(VELUM_SWAGGER_UI ${CMAKE_CURRENT_LIST_DIR}/node_modules/swagger-ui-dist CACHE PATH
  "swagger-ui-dist, of the version that package.json says")
# Of another file than these nobody has seen what it does. After a change of the version: sha256sum.
set(swagger_ui_sha256
  swagger-ui.css 5ed08757e53da3e026d6cbecc61fe5d43585c9560b302d534ad56692519a273d
  swagger-ui-bundle.js e6a898692f2d768e807c3ba4626068a69a2c5dd960dd6c76f3e4d3a3de180af2
  swagger-ui-bundle.js.LICENSE.txt 37eb6e7e59aed57b2c1acf076574b818ea07b74265717e0bd67b59e0baf9abbb
  NOTICE 0d20d1adef18aee3f40dd258172155521ce702ac445cb5f7b7d60ed32dad2fb2)

set(docs_page_source ${CMAKE_CURRENT_BINARY_DIR}/docs_page_files.cc)
set(docs_page_list "")
set(docs_page_bytes "")

# The file's bytes go from the assembler into the program: a compiler would take seconds to read them.
function(embed_docs_file path)
  cmake_path(GET path FILENAME name)
  string(MAKE_C_IDENTIFIER "velum_docs_${name}" symbol)
  set(type "text/plain; charset=utf-8")
  if(name MATCHES "\\.html$")
    set(type "text/html; charset=utf-8")
  elseif(name MATCHES "\\.css$")
    set(type "text/css; charset=utf-8")
  elseif(name MATCHES "\\.js$")
    set(type "text/javascript; charset=utf-8")
  endif()
  set(docs_page_bytes "${docs_page_bytes}
asm(R\"(
.pushsection .rodata
.global ${symbol}, ${symbol}_end
.hidden ${symbol}, ${symbol}_end
${symbol}: .incbin \"${path}\"
${symbol}_end: .byte 0
.popsection
)\");
extern \"C\" const char ${symbol}[], ${symbol}_end[];
" PARENT_SCOPE)
  set(docs_page_list "${docs_page_list}
    {\"${name}\", \"${type}\", {${symbol}, static_cast<std::size_t>(${symbol}_end - ${symbol})}}," PARENT_SCOPE)
  set_property(SOURCE ${docs_page_source} APPEND PROPERTY OBJECT_DEPENDS ${path})
endfunction()

if(EXISTS ${VELUM_SWAGGER_UI}/swagger-ui-bundle.js)
  foreach(name index.html docs.css docs.js)
    embed_docs_file(${CMAKE_CURRENT_LIST_DIR}/${name})
  endforeach()
  while(swagger_ui_sha256)
    list(POP_FRONT swagger_ui_sha256 name sha256)
    file(SHA256 ${VELUM_SWAGGER_UI}/${name} found)
    if(NOT found STREQUAL sha256)
      message(FATAL_ERROR "${VELUM_SWAGGER_UI}/${name} is not the file of the pinned version")
    endif()
    embed_docs_file(${VELUM_SWAGGER_UI}/${name})
  endwhile()
  set(docs_page_return "static const DocsFile files[] = {${docs_page_list}\n  };\n  return files;")
else()
  message(STATUS "swagger-ui-dist is not there: no API page at /docs (tools/install_packages.sh gets it)")
  set(docs_page_return "return {};")
endif()
file(CONFIGURE OUTPUT ${docs_page_source} CONTENT "#include \"server/docs_page.h\"
${docs_page_bytes}
namespace velum {

std::span<const DocsFile> docs_files() {
  ${docs_page_return}
}

}  // namespace velum
")
