# The room host/web; host/CMakeLists.txt includes this. Beast is in conversation.cpp alone.
target_sources(host_core PRIVATE ${CMAKE_CURRENT_LIST_DIR}/../config/listeners.cpp)

# Requests and routes without a socket: what the fuzzer needs.
outrigger_library(host_web_http
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/conversation.cpp ${CMAKE_CURRENT_LIST_DIR}/endpoint_desk.cpp
          ${CMAKE_CURRENT_LIST_DIR}/routes.cpp
          ${CMAKE_CURRENT_LIST_DIR}/target.cpp ${CMAKE_CURRENT_LIST_DIR}/token.cpp
  DEPS outrigger_vocabulary integration_value
  PRIVATE_DEPS Boost::headers PkgConfig::SODIUM)

outrigger_library(host_web
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/hint_desk.cpp ${CMAKE_CURRENT_LIST_DIR}/listener.cpp
          ${CMAKE_CURRENT_LIST_DIR}/monitoring.cpp
  DEPS host_web_http host_metrics
  PRIVATE_DEPS Boost::headers Threads::Threads)

outrigger_test(host_web_test
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/tests/conversation_test.cpp ${CMAKE_CURRENT_LIST_DIR}/tests/endpoint_desk_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/tests/hint_desk_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/tests/listener_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/tests/listeners_config_test.cpp ${CMAKE_CURRENT_LIST_DIR}/tests/monitoring_test.cpp
          ${CMAKE_CURRENT_LIST_DIR}/tests/routes_test.cpp ${CMAKE_CURRENT_LIST_DIR}/tests/token_test.cpp
  DEPS host_web)
