# The room host/report; host/CMakeLists.txt includes this.
outrigger_library(host_report
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/html.cpp ${CMAKE_CURRENT_LIST_DIR}/plot.cpp ${CMAKE_CURRENT_LIST_DIR}/text.cpp
  DEPS integration_value)

outrigger_test(host_report_test
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/tests/report_test.cpp
  DEPS host_report)
