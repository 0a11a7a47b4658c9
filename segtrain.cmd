@echo off
rem Runs segtrain; the first time, and after a change of the sources, builds it. With nothing to do it goes straight to the program.
setlocal
set "here=%~dp0"
set "stamp=%here%artifacts\launcher"
if not exist "%here%artifacts" mkdir "%here%artifacts"

rem The stamp holds the settings that the program was built with, and sizes and times of its sources.
> "%stamp%.new" echo "%SEGTRAIN_BACKEND%|%LIBTORCH%"
>>"%stamp%.new" where /t /r "%here%src" *.cs *.csproj
for %%f in ("%here%eng\*.props" "%here%Directory.*" "%here%global.json") do >>"%stamp%.new" echo %%~tzf "%%~f"
fc /b "%stamp%" "%stamp%.new" >nul 2>nul
if not errorlevel 1 goto run

where dotnet >nul 2>nul
if errorlevel 1 (
  echo segtrain: the .NET SDK 10 is needed: https://dotnet.microsoft.com/download, then run this again>&2
  exit /b 5
)
echo segtrain: building (once)>&2
rem The analyzers serve developers and CI; a user need not wait for them.
dotnet publish "%here%src\SegTrain.Cli" -c Release -v q -p:RunAnalyzers=false >&2
if errorlevel 1 exit /b 1
for /f "delims=" %%p in ('dotnet msbuild "%here%src\SegTrain.Cli" -p:Configuration^=Release -getProperty:PublishDir') do >"%stamp%.program" echo "%%psegtrain.dll"
move /y "%stamp%.new" "%stamp%" >nul

:run
set /p program=<"%stamp%.program"
dotnet %program% %*
exit /b %errorlevel%
