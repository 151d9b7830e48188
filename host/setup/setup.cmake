# The room host/setup; host/CMakeLists.txt includes this.
outrigger_library(host_setup
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/arch.cpp ${CMAKE_CURRENT_LIST_DIR}/field.cpp
          ${CMAKE_CURRENT_LIST_DIR}/hint_address.cpp ${CMAKE_CURRENT_LIST_DIR}/hint_rule.cpp ${CMAKE_CURRENT_LIST_DIR}/load.cpp
          ${CMAKE_CURRENT_LIST_DIR}/made.cpp
          ${CMAKE_CURRENT_LIST_DIR}/setup.cpp ${CMAKE_CURRENT_LIST_DIR}/setup_access.cpp
          ${CMAKE_CURRENT_LIST_DIR}/setup_record.cpp ${CMAKE_CURRENT_LIST_DIR}/view.cpp
          ${CMAKE_CURRENT_LIST_DIR}/xml_tree.cpp
  DEPS host_secrets host_grants host_json integration_odoo
  PRIVATE_DEPS EXPAT::EXPAT PkgConfig::SODIUM)

outrigger_test(host_setup_test
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/tests/arch_test.cpp ${CMAKE_CURRENT_LIST_DIR}/tests/setup_test.cpp
          ${CMAKE_SOURCE_DIR}/integration/sandbox/tests/rig.cpp
  DEPS host_core integration_sandbox)
