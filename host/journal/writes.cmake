# The intents of writes: integration/writes/intent.hpp on the journal's file.
outrigger_library(host_writes
  SOURCES journal/intents.cpp journal/intents_privacy.cpp journal/intents_report.cpp
  DEPS host_journal integration_writes)

outrigger_test(host_writes_test
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/tests/intents_test.cpp ${CMAKE_CURRENT_LIST_DIR}/tests/odoo_writes_test.cpp
          ${CMAKE_SOURCE_DIR}/host/services/odoo_writes.cpp
          ${CMAKE_SOURCE_DIR}/integration/writes/tests/rig.cpp
  DEPS host_writes integration_sandbox
  TIMEOUT 180)
