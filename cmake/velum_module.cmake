# velum_module(<name> SOURCES ... TESTS ... DEPENDS <modules> PACKAGES <targets>): one folder of
# src/, one library, one test program. DEPENDS is the layering: the linker holds us to it, and
# tools/tidy.py checks every #include against it. PACKAGES are visible to this folder's sources only.
# Most presets compile eight files as one, in a quarter of the time (dev and fuzz do not, so that a
# file without an #include that it needs is noticed). What is in an unnamed namespace is then the folder's;
# a test whose names others have too is in a namespace of its own.
function(velum_module name)
  cmake_parse_arguments(arg "" "" "SOURCES;TESTS;DEPENDS;PACKAGES;PUBLIC_PACKAGES" ${ARGN})
  list(TRANSFORM arg_DEPENDS PREPEND velum_ OUTPUT_VARIABLE dependencies)
  add_library(velum_${name} STATIC ${arg_SOURCES})
  target_link_libraries(velum_${name}
    PUBLIC ${dependencies} ${arg_PUBLIC_PACKAGES} velum_sanitizers
    PRIVATE ${arg_PACKAGES} $<BUILD_INTERFACE:velum_warnings>)
  target_include_directories(velum_${name} PUBLIC ${PROJECT_SOURCE_DIR}/src)
  if(VELUM_BUILD_TESTS AND arg_TESTS)
    add_executable(${name}_test ${arg_TESTS})
    target_link_libraries(${name}_test PRIVATE velum_${name} velum_sanitizers ${arg_PACKAGES}
      GTest::gtest_main)
    target_include_directories(${name}_test PRIVATE ${PROJECT_SOURCE_DIR})
    # Only for those that read files: the others are the same objects wherever the tree is, so that
    # the compiler's cache has them for every copy of it.
    foreach(test IN LISTS arg_TESTS)
      file(STRINGS ${test} uses REGEX "VELUM_(SOURCE|SHARED)_DIR" LIMIT_COUNT 1)
      if(uses)
        set_source_files_properties(${test} PROPERTIES COMPILE_DEFINITIONS
          "VELUM_SOURCE_DIR=\"${PROJECT_SOURCE_DIR}\";VELUM_SHARED_DIR=\"${PROJECT_SOURCE_DIR}/../shared\"")
      endif()
    endforeach()
    add_test(NAME ${name} COMMAND ${name}_test)
    set_tests_properties(${name} PROPERTIES LABELS unit)
  endif()
endfunction()
