# The room host/http: outrigger.http/1. host/CMakeLists.txt includes this.
outrigger_library(host_http
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/address.cpp ${CMAKE_CURRENT_LIST_DIR}/answer.cpp
          ${CMAKE_CURRENT_LIST_DIR}/connections.cpp
          ${CMAKE_CURRENT_LIST_DIR}/engine.cpp ${CMAKE_CURRENT_LIST_DIR}/exchange.cpp
          ${CMAKE_CURRENT_LIST_DIR}/proxy.cpp ${CMAKE_CURRENT_LIST_DIR}/redirect.cpp
          ${CMAKE_CURRENT_LIST_DIR}/request.cpp ${CMAKE_CURRENT_LIST_DIR}/secret.cpp
          ${CMAKE_CURRENT_LIST_DIR}/traffic.cpp
  DEPS host_border host_grants
  PRIVATE_DEPS CURL::libcurl Threads::Threads)

find_package(ZLIB REQUIRED)  # its tests pack what is to be unpacked
# The server of the tests is that of integration/transport.
set(SCRIPTED_SERVER ${CMAKE_SOURCE_DIR}/integration/transport/tests)
outrigger_test(host_http_test
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/tests/address_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/tests/header_test.cpp ${CMAKE_CURRENT_LIST_DIR}/tests/network_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/tests/proxy_test.cpp ${CMAKE_CURRENT_LIST_DIR}/tests/redirect_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/tests/reply_test.cpp ${CMAKE_CURRENT_LIST_DIR}/tests/rig.cpp
          ${CMAKE_CURRENT_LIST_DIR}/tests/secret_test.cpp ${CMAKE_CURRENT_LIST_DIR}/tests/slow_name_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/tests/tls_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/tests/traffic_test.cpp ${SCRIPTED_SERVER}/script.cpp
          ${SCRIPTED_SERVER}/scripted_server.cpp
  DEPS host_http ZLIB::ZLIB ${CMAKE_DL_LIBS})
