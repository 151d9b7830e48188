# The room host/metrics; host/CMakeLists.txt includes this. Of prometheus-cpp the core alone: host/web serves it.
find_package(prometheus-cpp REQUIRED COMPONENTS core)

outrigger_library(host_metrics
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/call_counts.cpp ${CMAKE_CURRENT_LIST_DIR}/metrics.cpp
          ${CMAKE_CURRENT_LIST_DIR}/plugin_series.cpp
  DEPS host_core
  PRIVATE_DEPS prometheus-cpp::core)

outrigger_test(host_metrics_test
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/tests/call_counts_test.cpp ${CMAKE_CURRENT_LIST_DIR}/tests/metrics_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/tests/plugin_series_test.cpp
  DEPS host_metrics)
