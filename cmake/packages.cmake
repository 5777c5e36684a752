# Every package the project uses, in one place. Which folder may use which is in src/*/CMakeLists.txt.
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json url)
find_package(OpenSSL 3.0 REQUIRED)
find_package(SQLite3 3.40 REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(prometheus-cpp REQUIRED COMPONENTS core)
find_package(PkgConfig REQUIRED)
pkg_check_modules(utf8proc REQUIRED IMPORTED_TARGET libutf8proc)

# Asio without its deprecated half, and without fences: g++ 12's thread sanitizer knows none. Its memory
# comes from `new`, whose failure ends the process: aligned_alloc's would be thrown through coroutines.
add_library(velum_boost INTERFACE)
target_link_libraries(velum_boost INTERFACE Boost::headers Threads::Threads)
target_compile_definitions(velum_boost INTERFACE BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_DISABLE_FENCED_BLOCK
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_DISABLE_STD_ALIGNED_ALLOC BOOST_ASIO_DISABLE_BOOST_ALIGN
  BOOST_BEAST_USE_STD_STRING_VIEW)
