# The room host/inbox: what other systems sent, until a plugin has taken it.
outrigger_library(host_inbox
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/inbox.cpp ${CMAKE_CURRENT_LIST_DIR}/receiver.cpp
  DEPS host_journal host_delivery integration_value)

outrigger_test(host_inbox_test SOURCES ${CMAKE_CURRENT_LIST_DIR}/tests/inbox_test.cpp DEPS host_inbox)
