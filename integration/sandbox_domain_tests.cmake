# Tests of integration/domain and integration/sandbox: included at the end of integration/CMakeLists.txt.
find_package(date REQUIRED)
outrigger_test(integration_domain_test
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/domain/tests/columns_golden_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/domain/tests/domain_set_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/domain/tests/evaluate_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/domain/tests/golden_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/domain/tests/parse_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/domain/tests/pattern_test.cpp
  DEPS integration_domain date::date-tz)

outrigger_test(integration_sandbox_test
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/sandbox/tests/faults_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/sandbox/tests/generate_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/sandbox/tests/rig.cpp
          ${CMAKE_CURRENT_LIST_DIR}/sandbox/tests/service_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/sandbox/tests/write_test.cpp
  DEPS integration_sandbox integration_odoo)
