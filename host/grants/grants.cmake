# The room host/grants; host/CMakeLists.txt includes this. Its only outside needs are the domain language, jsoncpp and
# libsodium, so that the rest of the host may stand on it.
find_package(PkgConfig REQUIRED)
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)

# JSON files with errors that name the line, and JSON Schema: used here and by the rest of the host.
outrigger_library(host_json
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/../config/json_tree.cpp ${CMAKE_CURRENT_LIST_DIR}/../config/schema.cpp
          ${CMAKE_CURRENT_LIST_DIR}/../config/schema_compile.cpp
  DEPS integration_value JsonCpp::JsonCpp)

outrigger_library(host_grants
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/check.cpp ${CMAKE_CURRENT_LIST_DIR}/check_call.cpp
          ${CMAKE_CURRENT_LIST_DIR}/check_domain.cpp ${CMAKE_CURRENT_LIST_DIR}/check_read.cpp
          ${CMAKE_CURRENT_LIST_DIR}/check_write.cpp ${CMAKE_CURRENT_LIST_DIR}/conditional.cpp ${CMAKE_CURRENT_LIST_DIR}/describe.cpp
          ${CMAKE_CURRENT_LIST_DIR}/grant.cpp ${CMAKE_CURRENT_LIST_DIR}/http_host.cpp
          ${CMAKE_CURRENT_LIST_DIR}/ledger.cpp ${CMAKE_CURRENT_LIST_DIR}/ledger_file.cpp
          ${CMAKE_CURRENT_LIST_DIR}/operations.cpp ${CMAKE_CURRENT_LIST_DIR}/parse_model.cpp
          ${CMAKE_CURRENT_LIST_DIR}/permissions.cpp ${CMAKE_CURRENT_LIST_DIR}/permissions_parse.cpp ${CMAKE_CURRENT_LIST_DIR}/policy.cpp
          ${CMAKE_CURRENT_LIST_DIR}/policy_methods.cpp ${CMAKE_CURRENT_LIST_DIR}/reading.cpp
          ${CMAKE_CURRENT_LIST_DIR}/rights.cpp
          ${CMAKE_CURRENT_LIST_DIR}/sha256.cpp
  DEPS host_json integration_domain
  PRIVATE_DEPS PkgConfig::SODIUM)

outrigger_test(host_grants_test
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/tests/call_test.cpp ${CMAKE_CURRENT_LIST_DIR}/tests/conditional_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/tests/describe_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/tests/host_test.cpp ${CMAKE_CURRENT_LIST_DIR}/tests/ledger_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/tests/permissions_test.cpp ${CMAKE_CURRENT_LIST_DIR}/tests/read_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/tests/write_test.cpp ${CMAKE_CURRENT_LIST_DIR}/../config/tests/schema_test.cpp
  DEPS host_grants)
