# The room host/secrets; host/CMakeLists.txt includes this after the rooms that it stands on.
outrigger_library(host_secrets
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/master_key.cpp ${CMAKE_CURRENT_LIST_DIR}/secret_principals.cpp
          ${CMAKE_CURRENT_LIST_DIR}/secret_text.cpp ${CMAKE_CURRENT_LIST_DIR}/secrets_engine.cpp
          ${CMAKE_CURRENT_LIST_DIR}/vault.cpp ${CMAKE_CURRENT_LIST_DIR}/vault_file.cpp
          ${CMAKE_CURRENT_LIST_DIR}/whole_file.cpp
  DEPS host_border integration_odoo
  PRIVATE_DEPS PkgConfig::SODIUM Threads::Threads)

outrigger_test(host_secrets_test
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/tests/principals_test.cpp ${CMAKE_CURRENT_LIST_DIR}/tests/principal_writes_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/tests/vault_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/../cli/key_findings.cpp ${CMAKE_CURRENT_LIST_DIR}/../cli/tests/key_findings_test.cpp
          ${CMAKE_SOURCE_DIR}/integration/sandbox/tests/rig.cpp ${CMAKE_SOURCE_DIR}/integration/writes/tests/rig.cpp
  DEPS host_core integration_sandbox)
