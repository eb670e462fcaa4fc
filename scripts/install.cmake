# Where `cmake --install` puts what is not only for this build. Components: programs, manual, completions.
include(GNUInstallDirs)
install(TARGETS pt-client pt-server RUNTIME COMPONENT programs)
install(FILES ${pt_man1} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT manual)
install(FILES ${pt_man5} DESTINATION ${CMAKE_INSTALL_MANDIR}/man5 COMPONENT manual)
# Where each shell looks for the completions of programs that it does not come with.
install(FILES ${pt_bash_completions} DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions
    COMPONENT completions)
install(FILES ${pt_zsh_completions} DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions
    COMPONENT completions)
install(FILES ${pt_fish_completions} DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d
    COMPONENT completions)
