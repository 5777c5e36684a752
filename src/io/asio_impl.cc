// Asio's own code, compiled once. TLS brings its half in http/, where OpenSSL is.
#include <boost/asio/impl/src.hpp>
