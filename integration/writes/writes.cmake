# Idempotent, compared, planned, undoable writes.
find_package(PkgConfig REQUIRED)
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)

outrigger_library(integration_writes
  SOURCES writes/action.cpp writes/apply.cpp writes/create_action.cpp writes/digest.cpp writes/evidence.cpp writes/fields_action.cpp
          writes/load_rows.cpp writes/methods.cpp writes/other_actions.cpp writes/plan.cpp writes/plan_file.cpp
          writes/undo.cpp writes/values.cpp writes/writer.cpp
  DEPS integration_odoo
  PRIVATE_DEPS PkgConfig::SODIUM)

outrigger_test(integration_writes_test
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/tests/plan_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/tests/rig.cpp
          ${CMAKE_CURRENT_LIST_DIR}/tests/undo_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/tests/values_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/tests/writer_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/tests/faults_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/tests/http_test.cpp
  DEPS integration_writes integration_sandbox
  TIMEOUT 120)
