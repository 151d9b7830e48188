# The room host/domains; host/CMakeLists.txt includes this.
